//! Sends events to a subscriber, as they come.

use std::io::{self, BufWriter, IoSlice, Write};
use std::sync::mpsc::Receiver;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its kind: letters only.
    pub name: String,
    /// What the subscriber gets to know about it. Mostly some dozen bytes, now and then a file.
    pub data: Vec<u8>,
}

/// From here on, data is not copied into the buffer. Well above what a buffer holds: copying a few thousand
/// bytes costs less than a system call.
const LARGE: usize = 65_536;

/// Sends events to a subscriber until all senders are gone and the queue is empty, and returns the
/// connection. A frame is the name, a space, the number of bytes of data, a line feed, the data, and
/// another line feed.
///
/// Events that wait together are written together. Before it waits for the next, all that came is with the
/// subscriber.
///
/// # Errors
///
/// Fails with the first error of `out`.
pub fn pump<W: Write>(events: &Receiver<Event>, out: W) -> io::Result<W> {
    let mut out = BufWriter::new(out);
    while let Ok(first) = events.recv() {
        send(&first, &mut out)?;
        // Not a number of events and no clock: as long as there is more, somebody would be written to
        // anyway, and when there is not, nothing is worth waiting for.
        for event in events.try_iter() {
            send(&event, &mut out)?;
        }
        out.flush()?;
    }
    // Nothing is left in the buffer. Where something was, `drop` would write it and keep the error to itself.
    out.into_inner().map_err(io::IntoInnerError::into_error)
}

fn send(event: &Event, out: &mut BufWriter<impl Write>) -> io::Result<()> {
    let Event { name, data } = event;
    if data.len() < LARGE {
        writeln!(out, "{name} {}", data.len())?;
        out.write_all(data)?;
        return out.write_all(b"\n");
    }
    // What came before goes before.
    out.flush()?;
    let head = format!("{name} {}\n", data.len());
    let parts = [head.as_bytes(), data, b"\n"].map(IoSlice::new);
    out.get_mut().write_vectored(&parts).map(|_| ())
}
