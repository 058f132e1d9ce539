//! Why a request is not done, for people and for programs: RFC 9457.
//!
//! Architecture invariant: all that a client gets to read of a failure is written in this file, in `page.rs` and in
//! `parcel.rs`. No text of a library and no `Display` of an error goes out.

use std::error::Error;

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::parcel::Fault;
use crate::store::StoreError;

/// An answer that says what is wrong.
#[derive(Debug, Serialize)]
pub(super) struct Problem {
    /// Programs decide by it; it stays, once it is published.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The same text for each problem of that type.
    title: &'static str,
    #[serde(serialize_with = "code")]
    status: StatusCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Part>,
    #[serde(skip)]
    cause: Option<Cause>,
}

/// One of several things that are wrong.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Part {
    Field(Fault),
    Parameter {
        parameter: String,
        detail: &'static str,
    },
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str) -> Self {
        Self {
            kind,
            title,
            status,
            detail: None,
            errors: Vec::new(),
            cause: None,
        }
    }

    /// Of which the status says all.
    pub(super) fn plain(status: StatusCode) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        Self::new(status, "about:blank", title)
    }

    pub(super) fn no_such_parcel() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "/problems/no-such-parcel",
            "There is no such parcel",
        )
    }

    pub(super) fn has_changed() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "/problems/parcel-has-changed",
            "The parcel is not in the state that if-match names",
        )
    }

    pub(super) fn unconditional() -> Self {
        Self::new(
            StatusCode::PRECONDITION_REQUIRED,
            "/problems/condition-required",
            "A change needs if-match with the etag of the state that it changes",
        )
    }

    pub(super) fn not_json(line: usize, column: usize) -> Self {
        let mut problem = Self::new(
            StatusCode::BAD_REQUEST,
            "/problems/not-json",
            "The body is not JSON",
        );
        problem.detail = Some(format!("line {line}, column {column}"));
        problem
    }

    pub(super) fn invalid_parcel(faults: Vec<Fault>) -> Self {
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "/problems/invalid-parcel",
            "The body is not a parcel",
        );
        problem.errors = faults.into_iter().map(Part::Field).collect();
        problem
    }

    /// Pairs of a parameter and what is wrong with it.
    pub(super) fn invalid_query(faults: Vec<(String, &'static str)>) -> Self {
        let mut problem = Self::new(
            StatusCode::BAD_REQUEST,
            "/problems/invalid-query",
            "The query is not understood",
        );
        let part = |(parameter, detail)| Part::Parameter { parameter, detail };
        problem.errors = faults.into_iter().map(part).collect();
        problem
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing => Self::no_such_parcel(),
            StoreError::Moved => Self::has_changed(),
            StoreError::Busy => Self::plain(StatusCode::SERVICE_UNAVAILABLE),
            StoreError::Migrate(_) | StoreError::Backend(_) => {
                let mut problem = Self::plain(StatusCode::INTERNAL_SERVER_ERROR);
                problem.cause = Some(Cause(chain(&error)));
                problem
            }
        }
    }
}

/// An error with all of its sources: each says only what it knows itself.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}

/// What the operator gets to read of a failure. It is on its way with the answer, and not in it.
#[derive(Debug, Clone)]
pub(super) struct Cause(pub(super) String);

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        let cause = self.cause.take();
        let kind = [(CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, kind, Json(&self)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let seconds = HeaderValue::from_static("1");
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        if let Some(cause) = cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}

fn code<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}
