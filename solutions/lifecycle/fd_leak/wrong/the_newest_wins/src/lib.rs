//! Connections of hand scanners to the relay of a warehouse.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The longest line that a scanner may send, in bytes.
pub const LONGEST_LINE: u64 = 256;

/// The scanners that are connected.
///
/// A scanner says `HELLO` and its name, and then sends a line for each scan.
#[derive(Debug, Default)]
pub struct Relay {
    /// A way to each scanner, by its name.
    connected: Mutex<BTreeMap<String, TcpStream>>,
}

impl Relay {
    /// Nobody is connected.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Serves a scanner until it closes the connection: hands each of its lines to `on_scan`.
    ///
    /// The connection ends with this call: when it returns or panics, the relay has closed it and forgotten the
    /// scanner.
    ///
    /// # Errors
    ///
    /// Fails with
    /// - `UnexpectedEof` if the scanner closes before it has said who it is, or in the middle of a line,
    /// - `InvalidData` if it does not begin with `HELLO` and a name, or if a line is not UTF-8 or longer than
    ///   [`LONGEST_LINE`],
    /// - `AlreadyExists` if a scanner of that name is connected,
    /// - and with any error of the connection.
    pub fn serve(&self, scanner: TcpStream, mut on_scan: impl FnMut(&str)) -> io::Result<()> {
        let mut lines = BufReader::new(scanner.try_clone()?);
        let hello = next_line(&mut lines)?.ok_or(ErrorKind::UnexpectedEof)?;
        let name = hello
            .strip_prefix("HELLO ")
            .ok_or_else(|| invalid("a connection begins with HELLO and a name"))?;
        // Lives as long as this call, however that ends: `?`, the return below, a panic of `on_scan`.
        let _entered = self.enter(name, scanner)?;
        while let Some(scan) = next_line(&mut lines)? {
            on_scan(&scan);
        }
        Ok(())
    }

    /// Sends a line to every scanner. One that can't be reached is left to its own [`serve`](Self::serve).
    pub fn announce(&self, text: &str) {
        for mut scanner in self.connected().values() {
            let _ = scanner.write_all(format!("{text}\n").as_bytes());
        }
    }

    /// The names of the scanners that are connected, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.connected().keys().cloned().collect()
    }

    /// Makes a scanner reachable under its name for as long as the guard lives. There is no guard, and so
    /// nothing to take back, if the name is taken: its entry is somebody else's.
    fn enter(&self, name: &str, scanner: TcpStream) -> io::Result<Entered<'_>> {
        // An old entry is one that was forgotten: the new one takes its place, and closes it.
        self.connected().insert(name.to_owned(), scanner);
        Ok(Entered {
            relay: self,
            name: name.to_owned(),
        })
    }

    fn connected(&self) -> MutexGuard<'_, BTreeMap<String, TcpStream>> {
        self.connected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A scanner's entry in the relay, which goes with it.
struct Entered<'a> {
    relay: &'a Relay,
    name: String,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        // With the entry goes its descriptor. The connection is closed when the reader's is gone too.
        self.relay.connected().remove(&self.name);
    }
}

/// The next line without its end, or `None` where the connection was closed between two lines.
fn next_line(lines: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    lines.take(LONGEST_LINE + 1).read_until(b'\n', &mut line)?;
    match line.pop() {
        None => return Ok(None),
        Some(b'\n') => {}
        Some(_) if line.len() as u64 >= LONGEST_LINE => {
            return Err(invalid("the line is too long"));
        }
        Some(_) => return Err(ErrorKind::UnexpectedEof.into()),
    }
    let line = String::from_utf8(line).map_err(|_| invalid("the line is not UTF-8"))?;
    Ok(Some(line))
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}
