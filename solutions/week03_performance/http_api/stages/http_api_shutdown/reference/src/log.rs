//! What an operator reads of requests. Nothing here is global: each service logs where it was told to.

use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;

/// What is known of a request when it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestLine {
    /// That of the request, of its answer, and of all that was said of it in between.
    pub id: String,
    /// As it was sent.
    pub method: String,
    /// Without the query, which is where secrets end up.
    pub path: String,
    /// Of the answer; none if the client went away before there was one.
    pub status: Option<u16>,
    /// From the request's head to the answer's.
    pub elapsed: Duration,
    /// Of an answer that says that the service has failed: why. It is for operators, and in no answer.
    pub cause: Option<String>,
}

/// Takes one line for each request.
pub trait RequestLog: Send + Sync {
    /// Must not block for long, and has no way to fail: a log that is full is no reason to refuse parcels.
    fn log(&self, line: &RequestLine);
}

/// Forgets all lines.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLog;

impl RequestLog for NoLog {
    fn log(&self, _: &RequestLine) {}
}

/// Writes each request as an object on a line of its own.
#[derive(Debug)]
pub struct JsonLines<W>(Mutex<W>);

impl<W: Write + Send> JsonLines<W> {
    /// Lines go to `to`, each in one write.
    pub fn new(to: W) -> Self {
        Self(Mutex::new(to))
    }
}

impl<W: Write + Send> RequestLog for JsonLines<W> {
    fn log(&self, line: &RequestLine) {
        let micros = u64::try_from(line.elapsed.as_micros()).unwrap_or(u64::MAX);
        let mut object = json!({
            "id": line.id,
            "method": line.method,
            "path": line.path,
            "status": line.status,
            "micros": micros,
        });
        if let Some(cause) = &line.cause {
            object["cause"] = json!(cause);
        }
        let text = format!("{object}\n");
        let mut to = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whom should it be told to?
        let _ = to.write_all(text.as_bytes());
    }
}
