//! What the layers use: who somebody is, a new id, the log. This file is finished.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};

/// A future that knows the owner of a token, if it has one.
pub type Lookup = Pin<Box<dyn Future<Output = Option<String>> + Send>>;

/// What the layers need. Clones share it all.
#[derive(Clone)]
pub struct Desk {
    /// Asks the session store, which may be slow.
    pub who: Arc<dyn Fn(String) -> Lookup + Send + Sync>,
    /// Makes an id that was never used before.
    pub new_id: Arc<dyn Fn() -> String + Send + Sync>,
    /// Writes a line.
    pub log: Arc<dyn Fn(Line) + Send + Sync>,
    /// How long an answer may take.
    pub limit: Duration,
}

/// A line of the access log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The request's id.
    pub id: String,
    /// The method.
    pub method: Method,
    /// The path, without the query.
    pub path: String,
    /// The status that the client got.
    pub status: StatusCode,
    /// Who asked, where the answer came from behind [`auth`](crate::layers::auth).
    pub user: Option<String>,
    /// From the request's arrival to its answer.
    pub took: Duration,
}

/// The request's id, among a request's extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Who asks, among a request's extensions, and among those of the answer for whoever is further out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User(pub String);

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
