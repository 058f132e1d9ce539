//! How the service's log looks. Where it goes is the caller's business.

mod levels;

use std::error::Error;

use tracing::{Metadata, Subscriber};
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

pub use levels::Levels;

/// As [`subscriber_with`], at levels INFO and above.
pub fn subscriber<W>(writer: W) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    subscriber_with(writer, Levels::default())
}

/// Writes each event that `levels` allow as one line of JSON to `writer`.
///
/// Fields of the event stand at the top of the object, those of the request or job it belongs to under `span`.
///
/// The subscriber is returned, not installed. The binary makes it the process's default; a test sets
/// it for its own thread, and two tests side by side never see each other's lines.
pub fn subscriber_with<W>(writer: W, levels: Levels) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let most = levels.most();
    let wanted = move |metadata: &Metadata<'_>| levels.allow(metadata.target(), metadata.level());
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        // The innermost span is the request; the list of all spans would say the same again.
        .with_span_list(false)
        .with_max_level(most)
        .with_writer(writer)
        .finish()
        .with(FilterFn::new(wanted).with_max_level_hint(most))
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
