//! The routes, for both versions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::http::{Request, Response};

/// A task.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Task {
    #[serde(default)]
    id: u64,
    /// Version 1 calls it `name`.
    #[serde(alias = "name")]
    title: String,
    #[serde(default)]
    state: State,
    #[serde(default)]
    labels: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    #[default]
    Open,
    Done,
    Archived,
}

/// The service.
#[derive(Debug, Default)]
pub struct Service {
    tasks: BTreeMap<u64, Task>,
}

impl Service {
    /// Answers a request.
    pub fn handle(&mut self, request: Request<'_>) -> Response {
        let path = request.path.strip_prefix("/v1/tasks");
        let path = path.or(request.path.strip_prefix("/v2/tasks"));
        let id = path.and_then(|path| path.strip_prefix('/')?.parse::<u64>().ok());
        match (request.method, path, id) {
            ("GET", Some(""), _) => {
                let tasks: Vec<&Task> = self.tasks.values().collect();
                Response::new(200, json!(tasks))
            }
            ("POST", Some(""), _) => match read(request.body) {
                Ok(mut task) => {
                    task.id = self.tasks.len() as u64 + 1;
                    self.tasks.insert(task.id, task.clone());
                    Response::new(201, json!(task))
                }
                Err(refusal) => refusal,
            },
            ("GET", _, Some(id)) => match self.tasks.get(&id) {
                Some(task) => Response::new(200, json!(task)),
                None => Response::refused(404, "there is no such task"),
            },
            ("PUT", _, Some(id)) if self.tasks.contains_key(&id) => match read(request.body) {
                Ok(mut task) => {
                    task.id = id;
                    self.tasks.insert(id, task.clone());
                    Response::new(200, json!(task))
                }
                Err(refusal) => refusal,
            },
            _ => Response::refused(404, "there is no such task"),
        }
    }
}

fn read(body: &str) -> Result<Task, Response> {
    let body: Value =
        serde_json::from_str(body).map_err(|_| Response::refused(400, "the body is no JSON"))?;
    serde_json::from_value(body).map_err(|error| Response::refused(422, &error.to_string()))
}
