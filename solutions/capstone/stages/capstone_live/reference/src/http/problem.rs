//! What a caller is told when they do not get what they asked for: RFC 9457, `application/problem+json`.

use axum::extract::rejection::JsonRejection;
use axum::http::header::{
    CONNECTION, CONTENT_TYPE, RETRY_AFTER, SEC_WEBSOCKET_VERSION, UPGRADE, WWW_AUTHENTICATE,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tracing::{error, warn};

use crate::accounts::AccountError;
use crate::domain::InvalidTitle;
use crate::ports::StoreError;
use crate::tasks::TaskError;
use crate::telemetry;

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// An answer that is none. Made only by the functions below, so that all there are can be seen here.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    /// For programs. Once given, a type keeps its meaning.
    #[serde(rename = "type")]
    kind: &'static str,
    /// For people, and the same for each problem of a type.
    title: &'static str,
    #[serde(serialize_with = "number")]
    status: StatusCode,
    /// For people, about this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str) -> Self {
        Self {
            kind,
            title,
            status,
            detail: None,
        }
    }

    fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub(crate) fn without_detail(mut self) -> Self {
        self.detail = None;
        self
    }

    pub(crate) fn bad_request(detail: &str) -> Self {
        let title = "The request can't be understood";
        Self::new(StatusCode::BAD_REQUEST, "/problems/bad-request", title).because(detail)
    }

    pub(crate) fn not_signed_in() -> Self {
        let title = "Nobody is signed in";
        Self::new(StatusCode::UNAUTHORIZED, "/problems/not-signed-in", title)
    }

    /// The same for what is not there and for what is another user's.
    pub(crate) fn not_found() -> Self {
        let title = "There is nothing here";
        Self::new(StatusCode::NOT_FOUND, "/problems/not-found", title)
    }

    pub(crate) fn method_not_allowed() -> Self {
        let title = "That can't be done here";
        let kind = "/problems/method-not-allowed";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, kind, title)
    }

    fn invalid() -> Self {
        let title = "The request asks for what can't be";
        let kind = "/problems/invalid";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, kind, title)
    }

    pub(crate) fn changed_meanwhile(status: StatusCode) -> Self {
        let title = "The task has been changed in the meantime";
        Self::new(status, "/problems/changed-meanwhile", title)
    }

    pub(crate) fn too_many_requests(seconds: u64) -> Self {
        let title = "That is more than is allowed for now";
        let kind = "/problems/too-many-requests";
        Self::new(StatusCode::TOO_MANY_REQUESTS, kind, title)
            .because(format!("the same request is possible in {seconds} s"))
    }

    pub(crate) fn upgrade_required() -> Self {
        let title = "This is for WebSockets";
        let kind = "/problems/upgrade-required";
        Self::new(StatusCode::UPGRADE_REQUIRED, kind, title)
    }

    pub(crate) fn too_many_sockets() -> Self {
        let title = "You have as many sockets open as anybody may have";
        let kind = "/problems/too-many-sockets";
        Self::new(StatusCode::TOO_MANY_REQUESTS, kind, title)
    }

    pub(crate) fn stopping() -> Self {
        let title = "The service is about to stop";
        let kind = "/problems/stopping";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, kind, title)
    }

    /// What went wrong is for the log. The caller can do nothing about it but come back, where that is of use, and may be
    /// an attacker.
    fn of_the_store(error: &StoreError) -> Self {
        let cause = telemetry::chain(error);
        if error.is_unavailable() {
            warn!(error = cause, "the request can't be served now");
            let title = "That is not possible right now";
            let kind = "/problems/unavailable";
            return Self::new(StatusCode::SERVICE_UNAVAILABLE, kind, title);
        }
        error!(error = cause, "the request failed");
        let title = "Something went wrong here";
        let kind = "/problems/internal";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, kind, title)
    }
}

fn number<S: serde::Serializer>(status: &StatusCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u16(status.as_u16())
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status;
        let mut response = (status, axum::Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, PROBLEM_JSON);
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::UPGRADE_REQUIRED {
            headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
            headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::of_the_store(&error)
    }
}

impl From<InvalidTitle> for Problem {
    fn from(error: InvalidTitle) -> Self {
        Self::invalid().because(error.to_string())
    }
}

impl From<TaskError> for Problem {
    fn from(error: TaskError) -> Self {
        match error {
            TaskError::Missing => Self::not_found(),
            TaskError::Stale => Self::changed_meanwhile(StatusCode::CONFLICT),
            TaskError::KeyReused => Self::invalid().because(error.to_string()),
            TaskError::Refused(refused) => {
                let title = "The task does not allow that now";
                Self::new(StatusCode::CONFLICT, "/problems/not-allowed-now", title)
                    .because(refused.to_string())
            }
            TaskError::Store(error) => Self::of_the_store(&error),
        }
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Name(_) | AccountError::Password => {
                Self::invalid().because(error.to_string())
            }
            AccountError::Taken => {
                let title = "There is an account of that name";
                Self::new(StatusCode::CONFLICT, "/problems/name-taken", title)
            }
            AccountError::Refused => {
                let title = "Name and password do not belong together";
                let kind = "/problems/wrong-credentials";
                Self::new(StatusCode::UNAUTHORIZED, kind, title)
            }
            AccountError::Over => {
                let title = "The session is over";
                Self::new(StatusCode::UNAUTHORIZED, "/problems/session-over", title)
            }
            AccountError::Busy => {
                let title = "Too many others are signing in";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "/problems/busy", title)
            }
            AccountError::Store(error) => Self::of_the_store(&error),
        }
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let detail = rejection.body_text();
        match rejection.status() {
            StatusCode::UNPROCESSABLE_ENTITY => Self::invalid().because(detail),
            status @ StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                let title = "The request's body must be application/json";
                Self::new(status, "/problems/not-json", title)
            }
            status @ StatusCode::PAYLOAD_TOO_LARGE => {
                let title = "The request's body is too large";
                Self::new(status, "/problems/too-large", title)
            }
            _ => Self::bad_request(&detail),
        }
    }
}
