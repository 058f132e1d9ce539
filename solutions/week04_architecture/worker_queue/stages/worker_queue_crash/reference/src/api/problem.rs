//! Why a request is not done, for people and for programs: RFC 9457.
//!
//! Architecture invariant: all that a client gets to read of a failure is written in this file. No text of a library and
//! no `Display` of an error goes out.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::job::Refused;

/// An answer that says what is wrong.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    /// Programs decide by it.
    kind: &'static str,
    title: &'static str,
    /// When it makes sense to come again, in seconds.
    retry_after: Option<u64>,
}

impl Problem {
    const fn new(status: StatusCode, kind: &'static str, title: &'static str) -> Self {
        Self {
            status,
            kind,
            title,
            retry_after: None,
        }
    }

    /// Of which the status says all.
    pub(crate) fn plain(status: StatusCode) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        Self::new(status, "about:blank", title)
    }

    pub(super) fn not_json() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "/problems/not-json",
            "The body is not JSON",
        )
    }

    pub(super) fn invalid_job() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "/problems/invalid-job",
            "The body is not a job",
        )
    }

    pub(super) fn invalid_key() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "/problems/invalid-key",
            "An idempotency key is one header of 1 to 255 visible characters",
        )
    }

    pub(super) fn invalid_query() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "/problems/invalid-query",
            "The query is not understood",
        )
    }

    pub(super) fn key_reused() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "/problems/key-reused",
            "The idempotency key was used for another job",
        )
    }

    pub(super) fn no_such_job() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "/problems/no-such-job",
            "There is no such job",
        )
    }

    /// Not the client's fault, so no 429: nobody was too fast, there is too much of all together.
    pub(super) fn queue_full() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "/problems/queue-full",
            "There are as many open jobs as there may be",
        )
    }

    /// It may have happened all the same: who has a key can find out by asking again.
    pub(crate) fn store_away() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "/problems/store-away",
            "The jobs can't be reached",
        )
    }

    pub(super) fn refused(refused: Refused) -> Self {
        let conflict = |kind, title| Self::new(StatusCode::CONFLICT, kind, title);
        match refused {
            Refused::Missing => Self::no_such_job(),
            Refused::NotDead => conflict("/problems/not-dead", "The job is not dead"),
            Refused::Over => conflict("/problems/over", "The job is done"),
            // For who has a lease, which nobody has over HTTP.
            Refused::NotReady | Refused::Gone => Self::plain(StatusCode::CONFLICT),
        }
    }

    /// In whole seconds, and never too early.
    pub(crate) fn retry_after(self, pause: Duration) -> Self {
        let begun = u64::from(pause.subsec_nanos() > 0);
        let seconds = pause.as_secs().saturating_add(begun).max(1);
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": self.kind,
            "title": self.title,
            "status": self.status.as_u16(),
        });
        let kind = [(CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, kind, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}
