//! Why a request is not done.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::parcel::NotChanged;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    NotFound,
    /// The parcel is not as the client thinks that it is.
    Moved,
    /// A change that would overwrite whatever is there.
    Unconditional,
    Query,
}

impl From<NotChanged> for Refusal {
    fn from(reason: NotChanged) -> Self {
        match reason {
            NotChanged::Missing => Self::NotFound,
            NotChanged::Moved => Self::Moved,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Moved => StatusCode::PRECONDITION_FAILED,
            Self::Unconditional => StatusCode::PRECONDITION_REQUIRED,
            Self::Query => StatusCode::BAD_REQUEST,
        };
        status.into_response()
    }
}
