//! Sends events to a subscriber, as they come.

use std::io::{self, BufWriter, Write};
use std::sync::mpsc::Receiver;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its kind: letters only.
    pub name: String,
    /// What the subscriber gets to know about it. Mostly some dozen bytes, now and then a file.
    pub data: Vec<u8>,
}

/// Sends events to a subscriber until all senders are gone and the queue is empty, and returns the
/// connection. A frame is the name, a space, the number of bytes of data, a line feed, the data, and
/// another line feed.
///
/// # Errors
///
/// Fails with the first error of `out`.
pub fn pump<W: Write>(events: &Receiver<Event>, out: W) -> io::Result<W> {
    let mut out = BufWriter::new(out);
    for event in events {
        writeln!(out, "{} {}", event.name, event.data.len())?;
        out.write_all(&event.data)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    out.into_inner().map_err(io::IntoInnerError::into_error)
}
