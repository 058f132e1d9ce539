//! Jobs as JSON, there and back.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use super::problem::Problem;
use crate::job::{Cause, Job, State, Work};
use crate::time::Timestamp;

/// The longest kind, in bytes.
const KIND: usize = 100;

/// What a client sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    kind: String,
    payload: String,
    attempts: Option<NonZeroU32>,
}

/// What a client is shown.
#[derive(Serialize)]
pub(super) struct View {
    id: u64,
    kind: String,
    payload: String,
    created_ms: u64,
    state: &'static str,
    /// The moment that belongs to the state.
    at_ms: u64,
    /// Of what is dead.
    cause: Option<String>,
    attempts: u32,
    max_attempts: u32,
}

#[derive(Serialize)]
pub(super) struct List {
    jobs: Vec<View>,
    next: Option<String>,
}

pub(super) fn work(body: &[u8]) -> Result<Work, Problem> {
    let draft: Draft = serde_json::from_slice(body).map_err(|error| match error.classify() {
        Category::Data => Problem::invalid_job(),
        Category::Syntax | Category::Eof | Category::Io => Problem::not_json(),
    })?;
    // To serde an array would do as well, with the fields in their order.
    let object = body.trim_ascii_start().starts_with(b"{");
    if !object || draft.kind.is_empty() || draft.kind.len() > KIND {
        return Err(Problem::invalid_job());
    }
    let work = Work::new(draft.kind, draft.payload);
    let attempts = draft.attempts.unwrap_or(work.attempts);
    Ok(work.attempts(attempts))
}

/// As it stands at that time.
pub(super) fn view(job: &Job, now: Timestamp) -> View {
    let (state, at, cause) = match job.state(now) {
        State::Ready { at } if at <= now => ("ready", at, None),
        State::Ready { at } => ("waiting", at, None),
        State::Leased { until } => ("leased", until, None),
        State::Done { at } => ("done", at, None),
        State::Cancelled { at } => ("cancelled", at, None),
        State::Dead { at, cause } => match cause {
            Cause::Failed(why) => ("dead", at, Some(why)),
            Cause::Silent => ("dead", at, Some("silent".to_owned())),
        },
    };
    View {
        id: job.id().get(),
        kind: job.work().kind.clone(),
        payload: job.work().payload.clone(),
        created_ms: job.created().millis(),
        state,
        at_ms: at.millis(),
        cause,
        attempts: job.attempts(),
        max_attempts: job.work().attempts.get(),
    }
}

pub(super) fn list(jobs: &[Job], next: Option<String>, now: Timestamp) -> List {
    let jobs = jobs.iter().map(|job| view(job, now)).collect();
    List { jobs, next }
}
