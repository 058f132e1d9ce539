//! Sends events to a subscriber, as they come.

use std::io::{self, ErrorKind, IoSlice, Write};
use std::sync::mpsc::Receiver;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its kind: letters only.
    pub name: String,
    /// What the subscriber gets to know about it. Mostly some dozen bytes, now and then a file.
    pub data: Vec<u8>,
}

/// How much is gathered before it is written.
const BUFFER: usize = 16_384;

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
pub fn pump<W: Write>(events: &Receiver<Event>, mut out: W) -> io::Result<W> {
    // Written before it could get larger.
    let mut buffer = Vec::with_capacity(BUFFER);
    while let Ok(first) = events.recv() {
        let mut next = Some(first);
        while let Some(Event { name, data }) = next {
            let length = data.len();
            if buffer.len() + name.len() + length + 32 > BUFFER {
                let head = format!("{name} {length}\n");
                // What waits and the new frame, in one call and without a copy.
                let mut parts = [&buffer, head.as_bytes(), &data, b"\n"].map(IoSlice::new);
                write_all_vectored(&mut out, &mut parts)?;
                buffer.clear();
            } else {
                writeln!(buffer, "{name} {length}")?;
                buffer.extend_from_slice(&data);
                buffer.push(b'\n');
            }
            next = events.try_recv().ok();
        }
        write_all_vectored(&mut out, &mut [IoSlice::new(&buffer)])?;
        buffer.clear();
        out.flush()?;
    }
    Ok(out)
}

/// As `Write::write_all_vectored`, which is not stable yet.
fn write_all_vectored(out: &mut impl Write, mut parts: &mut [IoSlice<'_>]) -> io::Result<()> {
    // Parts without bytes would look like a connection that takes nothing.
    IoSlice::advance_slices(&mut parts, 0);
    while !parts.is_empty() {
        match out.write_vectored(parts) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            // It may end within any of the parts.
            Ok(taken) => IoSlice::advance_slices(&mut parts, taken),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
