//! The routes, once for all versions.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::http::{Request, Response};
use crate::task::Task;
use crate::wire::Wire;
use crate::{v1, v2};

/// The service.
#[derive(Debug, Default)]
pub struct Service {
    tasks: BTreeMap<u64, Task>,
}

impl Service {
    /// Answers a request.
    pub fn handle(&mut self, request: Request<'_>) -> Response {
        for (prefix, wire) in [("/v1/tasks", v1::WIRE), ("/v2/tasks", v2::WIRE)] {
            if let Some(path) = request.path.strip_prefix(prefix) {
                let mut response = self.answer(&wire, path, request);
                response.sunset = wire.sunset;
                return response;
            }
        }
        missing()
    }

    fn answer(&mut self, wire: &Wire, path: &str, request: Request<'_>) -> Response {
        let id = path.strip_prefix('/').and_then(|id| id.parse().ok());
        match (request.method, path, id) {
            ("GET", "", _) => {
                let tasks = self.tasks.iter();
                let shown = tasks.map(|(id, task)| (wire.show)(*id, task)).collect();
                Response::new(200, Value::Array(shown))
            }
            ("POST", "", _) => match read(request.body, wire.make) {
                Ok(task) => {
                    let id = self.tasks.len() as u64 + 1;
                    self.keep(wire, 201, id, task)
                }
                Err(refusal) => refusal,
            },
            ("GET", _, Some(id)) => match self.tasks.get(&id) {
                Some(task) => Response::new(200, (wire.show)(id, task)),
                None => missing(),
            },
            ("PUT", _, Some(id)) => match self.tasks.get(&id) {
                Some(before) => match read(request.body, |body| (wire.put)(body, before)) {
                    Ok(task) => self.keep(wire, 200, id, task),
                    Err(refusal) => refusal,
                },
                None => missing(),
            },
            _ => missing(),
        }
    }

    fn keep(&mut self, wire: &Wire, status: u16, id: u64, task: Task) -> Response {
        let response = Response::new(status, (wire.show)(id, &task));
        self.tasks.insert(id, task);
        response
    }
}

fn read(body: &str, read: impl FnOnce(&Value) -> Result<Task, String>) -> Result<Task, Response> {
    let body = serde_json::from_str(body);
    let body = body.map_err(|_| Response::refused(400, "the body is no JSON"))?;
    read(&body).map_err(|reason| Response::refused(422, &reason))
}

fn missing() -> Response {
    Response::refused(404, "there is no such task")
}
