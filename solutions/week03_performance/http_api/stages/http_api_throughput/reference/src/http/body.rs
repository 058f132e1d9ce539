//! What a client sends.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde_json::Value;

use super::problem::Problem;
use crate::parcel::Draft;

/// A draft from a body of JSON.
pub(super) struct Body(pub(super) Draft);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::plain(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        // What axum has to say of a body that it can't read is for its own users; its status is for ours.
        let read = Bytes::from_request(request, state).await;
        let bytes = read.map_err(|rejection| Problem::plain(rejection.status()))?;
        let json: Value = serde_json::from_slice(&bytes)
            .map_err(|error| Problem::not_json(error.line(), error.column()))?;
        let draft = Draft::parse(json).map_err(Problem::invalid_parcel)?;
        Ok(Self(draft))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}
