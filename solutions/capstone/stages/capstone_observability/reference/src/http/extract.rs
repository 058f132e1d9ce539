//! What handlers are given: who calls, and what with. What is not there, or wrong, is a problem already.

use axum::Json;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::header::{AUTHORIZATION, IF_MATCH, SEC_WEBSOCKET_PROTOCOL};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::Api;
use super::problem::Problem;
use crate::domain::{TaskId, UserId};
use crate::ports::{Callers, StoreError};

const LONGEST_KEY: usize = 128;

/// The user who calls. A handler without it is open to everybody.
pub(super) struct Caller(pub(super) UserId);

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    Api: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = match parts.extensions.get::<Identified>() {
            Some(Identified(caller)) => *caller,
            None => identify(&parts.headers, &*Api::from_ref(state).callers).await?,
        };
        caller.map(Self).ok_or_else(Problem::not_signed_in)
    }
}

/// Who calls, where that has been found out already. Only we can put it into a request: clients send headers.
#[derive(Clone, Copy)]
pub(super) struct Identified(pub(super) Option<UserId>);

pub(super) async fn identify(
    headers: &HeaderMap,
    callers: &dyn Callers,
) -> Result<Option<UserId>, StoreError> {
    callers.identify(authorization(headers).as_deref()).await
}

/// What the caller shows. In a browser, whoever opens a WebSocket can't set this header: the only one that is theirs to
/// choose names protocols, and a token may stand among them, as in `tasks.v1, bearer.TOKEN`.
pub(super) fn authorization(headers: &HeaderMap) -> Option<String> {
    if let Some(shown) = headers.get(AUTHORIZATION) {
        // A header that is not even text proves nothing about its sender.
        return shown.to_str().ok().map(str::to_owned);
    }
    let offered = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let mut offered = offered
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    let token = offered.find_map(|protocol| protocol.trim().strip_prefix("bearer."))?;
    Some(format!("Bearer {token}"))
}

/// A body of JSON.
pub(super) struct Payload<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Api> for Payload<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let Json(body) = Json::from_request(request, api).await?;
        Ok(Self(body))
    }
}

/// A body of JSON that has secrets in it. What is wrong with it is not repeated, because that may be one.
pub(super) struct Confidential<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Confidential<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(Problem::from(rejection).without_detail()),
        }
    }
}

/// The version that a caller wants to change and no other, by `If-Match`.
#[derive(Clone, Copy)]
pub(super) struct Expected(pub(super) Option<u64>);

impl FromRequestParts<Api> for Expected {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        let Some(tag) = single(&parts.headers, IF_MATCH.as_str())? else {
            return Ok(Self(None));
        };
        if tag == "*" {
            return Ok(Self(None));
        }
        let version = tag
            .strip_prefix('"')
            .and_then(|tag| tag.strip_suffix('"'))
            .and_then(canonical);
        // A tag that we have never given matches nothing that we have.
        let no_match = || Problem::changed_meanwhile(StatusCode::PRECONDITION_FAILED);
        version.map(|it| Self(Some(it))).ok_or_else(no_match)
    }
}

/// What the caller calls their request, by `Idempotency-Key`.
pub(super) struct Key(pub(super) Option<String>);

impl FromRequestParts<Api> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        match single(&parts.headers, "idempotency-key")? {
            Some(key) if key.is_empty() || key.len() > LONGEST_KEY => {
                Err(Problem::bad_request("a key has 1 to 128 characters"))
            }
            key => Ok(Self(key.map(str::to_owned))),
        }
    }
}

/// The place in a list, by `limit` and `cursor`.
pub(super) struct Place {
    pub(super) limit: usize,
    pub(super) after: Option<TaskId>,
}

impl FromRequestParts<Api> for Place {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        let mut place = Self {
            limit: 20,
            after: None,
        };
        let query = parts.uri.query().unwrap_or_default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("limit", limit)) => {
                    let limit = canonical(limit).filter(|limit| (1..=100).contains(limit));
                    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
                    place.limit =
                        limit.ok_or_else(|| Problem::bad_request("`limit` is from 1 to 100"))?;
                }
                Some(("cursor", cursor)) => {
                    let wrong = || Problem::bad_request("`cursor` is none that was given here");
                    place.after = Some(from_cursor(cursor).ok_or_else(wrong)?);
                }
                // A misspelt parameter that is passed over is a filter that does not filter.
                _ => {
                    return Err(Problem::bad_request(
                        "the query can have `limit` and `cursor`",
                    ));
                }
            }
        }
        Ok(place)
    }
}

/// What a client has to give back to go on from there. In hexadecimal, so that it looks like nothing that
/// one could count with: what it means is ours to change.
pub(super) fn to_cursor(after: TaskId) -> String {
    format!("{:016x}", after.get())
}

fn from_cursor(text: &str) -> Option<TaskId> {
    let number = u64::from_str_radix(text, 16).ok().map(TaskId::new)?;
    (to_cursor(number) == text).then_some(number)
}

/// The number that a path or a tag names. One spelling each: `+7` and `07` would be names for task 7 too.
pub(super) fn canonical(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    match (value.to_str(), values.next()) {
        (Ok(value), None) => Ok(Some(value.trim())),
        _ => {
            let detail = format!("`{name}` must be there once, in ASCII");
            Err(Problem::bad_request(&detail))
        }
    }
}
