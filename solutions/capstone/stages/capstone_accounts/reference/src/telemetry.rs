//! How the service's log looks. Where it goes is the caller's business.

use std::error::Error;

use tracing::{Level, Subscriber};
use tracing_subscriber::fmt::MakeWriter;

/// Writes each event as one line of JSON to `writer`, levels INFO and above.
///
/// Fields of the event stand at the top of the object, those of the request it belongs to under `span`.
///
/// The subscriber is returned, not installed. The binary makes it the process's default; a test sets
/// it for its own thread, and two tests side by side never see each other's lines.
pub fn subscriber<W>(writer: W) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        // The innermost span is the request; the list of all spans would say the same again.
        .with_span_list(false)
        .with_max_level(Level::INFO)
        .with_writer(writer)
        .finish()
}

/// The error and its causes in one text. "Cannot listen" alone would send somebody guessing.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
