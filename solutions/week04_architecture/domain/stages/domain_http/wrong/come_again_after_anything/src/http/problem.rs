//! Why a request is not done, for people and for programs: RFC 9457.
//!
//! Architecture invariant: all that a client gets to read of a failure is written in this file. Nothing is made of a text of
//! somebody else's, and there is no `_` where a failure becomes a problem: a new one does not compile until it has its place.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::desk::Failure;
use crate::domain::{Refusal, SlotError, TitleError};
use crate::ports::Unavailable;

/// An answer that says what is wrong.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    /// Programs decide by it.
    kind: &'static str,
    title: &'static str,
    /// Which part of a value is wrong.
    reason: Option<&'static str>,
    header: Option<(HeaderName, &'static str)>,
}

#[derive(Serialize)]
struct View {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

impl Problem {
    const fn new(status: StatusCode, kind: &'static str, title: &'static str) -> Self {
        Self {
            status,
            kind,
            title,
            reason: None,
            header: None,
        }
    }

    pub(super) fn not_signed_in() -> Self {
        let title = "Who asks is not known";
        let problem = Self::new(StatusCode::UNAUTHORIZED, "/problems/not-signed-in", title);
        Self {
            header: Some((WWW_AUTHENTICATE, "Bearer")),
            ..problem
        }
    }

    /// What is not there, what is none of the caller's business, and what can't be there are one thing.
    pub(super) fn not_found() -> Self {
        let title = "There is nothing here for you";
        Self::new(StatusCode::NOT_FOUND, "/problems/not-found", title)
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "/problems/method-not-allowed",
            "This can't be done here",
        )
    }

    /// A body that did not arrive.
    pub(super) fn unread(status: StatusCode) -> Self {
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            Self::new(status, "/problems/too-large", "The body is too large")
        } else {
            Self::not_json()
        }
    }

    pub(super) fn not_json() -> Self {
        let title = "The body is not JSON";
        Self::new(StatusCode::BAD_REQUEST, "/problems/not-json", title)
    }

    /// JSON of another shape than the route's.
    pub(super) fn shape() -> Self {
        Self::invalid("shape")
    }

    fn invalid(reason: &'static str) -> Self {
        let title = "The body is JSON, and not what is asked for here";
        let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "/problems/invalid", title);
        Self {
            reason: Some(reason),
            ..problem
        }
    }

    /// Somebody has to look at it. What it is stands in the log.
    pub(super) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "/problems/internal",
            "Something has gone wrong here",
        )
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoSuchRoom => Self::not_found(),
            Failure::Refused(refusal) => refusal.into(),
            // Nothing has happened, so the same request makes sense in a moment.
            Failure::Busy => Self {
                header: Some((RETRY_AFTER, "1")),
                ..Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "/problems/busy",
                    "Others were quicker, and nothing has happened",
                )
            },
            Failure::Unavailable => Self {
                header: Some((RETRY_AFTER, "1")),
                ..Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "/problems/unavailable",
                    "The rooms can't be reached",
                )
            },
        }
    }
}

impl From<Unavailable> for Problem {
    fn from(unavailable: Unavailable) -> Self {
        Failure::from(unavailable).into()
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let conflict = |kind, title| Self::new(StatusCode::CONFLICT, kind, title);
        match refusal {
            // The desk has turned this into `NoSuchRoom`. If it comes all the same, it says no more than that.
            Refusal::Stranger => Self::not_found(),
            Refusal::NotAllowed => Self::new(
                StatusCode::FORBIDDEN,
                "/problems/not-allowed",
                "Your role in this room does not suffice",
            ),
            Refusal::NoSuchBooking => Self::new(
                StatusCode::NOT_FOUND,
                "/problems/no-such-booking",
                "There is no such booking in this room",
            ),
            Refusal::LastOwner => {
                conflict("/problems/last-owner", "A room has an owner at all times")
            }
            Refusal::Past => conflict("/problems/past", "It has begun already"),
            Refusal::TooFar => conflict("/problems/too-far", "It begins too far ahead"),
            Refusal::TooMany => conflict(
                "/problems/too-many",
                "You have as many bookings ahead as a member may have",
            ),
            Refusal::Taken => conflict("/problems/taken", "Somebody has a part of it"),
        }
    }
}

impl From<SlotError> for Problem {
    fn from(error: SlotError) -> Self {
        Self::invalid(match error {
            SlotError::NoQuarter => "slot-no-quarter",
            SlotError::Backwards => "slot-backwards",
            SlotError::TooLong => "slot-too-long",
        })
    }
}

impl From<TitleError> for Problem {
    fn from(error: TitleError) -> Self {
        Self::invalid(match error {
            TitleError::Empty => "title-empty",
            TitleError::TooLong => "title-too-long",
            TitleError::Control => "title-control",
        })
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Json(View {
            r#type: self.kind,
            title: self.title,
            status: self.status.as_u16(),
            reason: self.reason,
        });
        let media = [(CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, media, body).into_response();
        if let Some((name, value)) = self.header {
            let value = HeaderValue::from_static(value);
            response.headers_mut().insert(name, value);
        }
        response
    }
}
