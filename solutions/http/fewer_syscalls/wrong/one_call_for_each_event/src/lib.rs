//! Sends events to a subscriber, as they come.

use std::io::{self, Write};
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
pub fn pump<W: Write>(events: &Receiver<Event>, mut out: W) -> io::Result<W> {
    let mut frame = Vec::new();
    for event in events {
        frame.clear();
        writeln!(frame, "{} {}", event.name, event.data.len())?;
        frame.extend_from_slice(&event.data);
        frame.push(b'\n');
        out.write_all(&frame)?;
        out.flush()?;
    }
    Ok(out)
}
