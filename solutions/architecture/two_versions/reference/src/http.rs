//! Requests and answers. Not yours to change.

use serde_json::{Value, json};

/// When version 1 ends, as the header `Sunset` says it (RFC 8594).
pub const SUNSET: &str = "Fri, 31 Dec 2027 23:59:59 GMT";

/// A request.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    pub method: &'r str,
    pub path: &'r str,
    pub body: &'r str,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    pub status: u16,
    /// The header `Sunset`, if there is one.
    pub sunset: Option<&'static str>,
    pub body: Value,
}

impl Response {
    pub fn new(status: u16, body: Value) -> Self {
        Response {
            status,
            sunset: None,
            body,
        }
    }

    /// An answer with a reason in it.
    pub fn refused(status: u16, reason: &str) -> Self {
        Response::new(status, json!({ "error": reason }))
    }
}
