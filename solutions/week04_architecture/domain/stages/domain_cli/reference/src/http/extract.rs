//! What handlers are given: who calls, and what about. What is not there, or wrong, is a problem already.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::Front;
use super::problem::Problem;
use crate::domain::UserId;

/// Who calls. It comes first in each handler, so that nothing else of a request is looked at before.
pub(super) struct Caller(pub(super) UserId);

impl FromRequestParts<Front> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or_else(Problem::not_signed_in)?;
        let caller = front.who(token.to_owned()).await?;
        caller.map(Self).ok_or_else(Problem::not_signed_in)
    }
}

/// The token, if there is one and only one.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The numbers in a path. One spelling each: `+7` and `007` would be other names for room 7.
pub(super) struct Numbers<const N: usize>(pub(super) [u64; N]);

impl<const N: usize> FromRequestParts<Front> for Numbers<N> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Problem> {
        let names = RawPathParams::from_request_parts(parts, front).await;
        let names = names.map_err(|_| Problem::not_found())?;
        let numbers: Option<Vec<u64>> = names.iter().map(|(_, name)| canonical(name)).collect();
        let numbers = numbers.and_then(|numbers| numbers.try_into().ok());
        numbers.map(Self).ok_or_else(Problem::not_found)
    }
}

fn canonical(name: &str) -> Option<u64> {
    let number: u64 = name.parse().ok()?;
    (number.to_string() == name).then_some(number)
}

/// A body of JSON.
pub(super) struct Payload<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Front> for Payload<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, front: &Front) -> Result<Self, Problem> {
        let body = Bytes::from_request(request, front).await;
        let body = body.map_err(|rejection| Problem::unread(rejection.status()))?;
        // JSON is UTF-8, also where nobody looks at the text: serde skips one without looking.
        let body = str::from_utf8(&body).map_err(|_| Problem::not_json())?;
        let parsed = serde_json::from_str(body).map_err(|_| {
            // Not by the error's category, which is that of the first place where something is wrong: a wrong name in a body that
            // breaks off. Nor by its text, which names our types.
            let json = serde_json::from_str::<IgnoredAny>(body).is_ok();
            if json {
                Problem::shape()
            } else {
                Problem::not_json()
            }
        })?;
        // To serde a list would do as well, with the fields in their order.
        if !body.trim_ascii_start().starts_with('{') {
            return Err(Problem::shape());
        }
        Ok(Self(parsed))
    }
}
