//! Tasks over HTTP: from a request to a call of [`Tasks`](crate::tasks::Tasks), and back.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderName, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::Api;
use super::extract::{Caller, Expected, Key, Payload, Place, canonical, to_cursor};
use super::problem::Problem;
use crate::domain::{Step, Task, TaskId, Title};
use crate::tasks::{Change, Created, Page, TaskError};

const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

pub(super) fn routes() -> Router<Api> {
    Router::new()
        .route("/tasks", get(list).post(create))
        .route("/tasks/{id}", get(read).patch(change).delete(remove))
}

// ── what goes over the wire ────────────────────────────────────────────────────────────────────────
//
// Types of their own, with serde; the domain has none. What clients see changes when we decide so, and
// not when somebody renames a field.

#[derive(Serialize)]
struct TaskBody {
    /// A text: JavaScript's numbers end at 2^53.
    id: String,
    title: String,
    status: String,
    since_ms: Option<u64>,
    created_ms: u64,
    changed_ms: u64,
    version: u64,
}

#[derive(Serialize)]
struct PageBody {
    tasks: Vec<TaskBody>,
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewBody {
    title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeBody {
    title: Option<String>,
    step: Option<StepBody>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StepBody {
    Start,
    PutBack,
    Finish,
    Drop,
    Reopen,
}

impl From<&Task> for TaskBody {
    fn from(task: &Task) -> Self {
        let facts = task.facts();
        Self {
            id: facts.id.get().to_string(),
            title: facts.title.as_str().to_owned(),
            status: facts.state.status().to_string(),
            since_ms: facts.state.since().map(|since| since.millis()),
            created_ms: facts.created.millis(),
            changed_ms: facts.changed.millis(),
            version: facts.version,
        }
    }
}

impl From<Page> for PageBody {
    fn from(page: Page) -> Self {
        Self {
            tasks: page.tasks.iter().map(TaskBody::from).collect(),
            next: page.next.map(to_cursor),
        }
    }
}

impl From<StepBody> for Step {
    fn from(step: StepBody) -> Self {
        match step {
            StepBody::Start => Self::Start,
            StepBody::PutBack => Self::PutBack,
            StepBody::Finish => Self::Finish,
            StepBody::Drop => Self::Drop,
            StepBody::Reopen => Self::Reopen,
        }
    }
}

/// A task with the tag that `If-Match` takes.
fn tagged(task: &Task) -> impl IntoResponse + use<> {
    let tag = format!("\"{}\"", task.facts().version);
    ([(ETAG, tag)], Json(TaskBody::from(task)))
}

// ── handlers ───────────────────────────────────────────────────────────────────────────────────────
//
// Each begins with the caller, and hands it on. A handler may be dropped at any of its awaits, when the
// client hangs up or the service is cut; each asks for one change that happens as a whole or not at all,
// so there is nothing that could be half done.

async fn create(
    Caller(owner): Caller,
    State(api): State<Api>,
    Key(key): Key,
    Payload(body): Payload<NewBody>,
) -> Result<impl IntoResponse, Problem> {
    let title = Title::parse(&body.title)?;
    let (task, replayed) = match api.tasks.create(owner, title, key).await? {
        Created::Now(task) => (task, None),
        Created::Before(task) => (task, Some((REPLAYED, "true"))),
    };
    let location = format!("/tasks/{}", task.facts().id.get());
    Ok((
        StatusCode::CREATED,
        [(LOCATION, location)],
        AppendHeaders(replayed),
        tagged(&task),
    ))
}

async fn list(
    Caller(owner): Caller,
    State(api): State<Api>,
    place: Place,
) -> Result<Json<PageBody>, Problem> {
    let page = api.tasks.page(owner, place.after, place.limit).await?;
    Ok(Json(PageBody::from(page)))
}

async fn read(
    Caller(owner): Caller,
    State(api): State<Api>,
    id: Result<Path<String>, PathRejection>,
) -> Result<impl IntoResponse, Problem> {
    let task = api.tasks.get(owner, named(id)?).await?;
    Ok(tagged(&task))
}

async fn change(
    Caller(owner): Caller,
    State(api): State<Api>,
    id: Result<Path<String>, PathRejection>,
    expected: Expected,
    Payload(body): Payload<ChangeBody>,
) -> Result<impl IntoResponse, Problem> {
    let id = named(id)?;
    let change = Change {
        title: body.title.as_deref().map(Title::parse).transpose()?,
        step: body.step.map(Step::from),
    };
    let changed = api.tasks.change(owner, id, change, expected.0).await;
    Ok(tagged(
        &changed.map_err(|error| conditional(error, expected))?,
    ))
}

async fn remove(
    Caller(owner): Caller,
    State(api): State<Api>,
    id: Result<Path<String>, PathRejection>,
    expected: Expected,
) -> Result<StatusCode, Problem> {
    let deleted = api.tasks.delete(owner, named(id)?, expected.0).await;
    deleted.map_err(|error| conditional(error, expected))?;
    Ok(StatusCode::NO_CONTENT)
}

/// A task whose name can't be one is a task that is not there.
fn named(id: Result<Path<String>, PathRejection>) -> Result<TaskId, Problem> {
    let number = id.ok().and_then(|Path(id)| canonical(&id));
    number.map(TaskId::new).ok_or_else(Problem::not_found)
}

/// A version that does not match is 412 to whoever named one. To others it is a conflict.
fn conditional(error: TaskError, expected: Expected) -> Problem {
    match (error, expected.0) {
        (TaskError::Stale, Some(_)) => Problem::changed_meanwhile(StatusCode::PRECONDITION_FAILED),
        (error, _) => error.into(),
    }
}
