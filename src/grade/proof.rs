//! The channel on which a test proves that it ended: a socket as its standard input, with a secret in it that
//! was made for this one process and can be read once.

use std::io::{self, Read as _};
use std::path::Path;
use std::process::Stdio;

use super::cell::one_time_word;

/// The grader's end.
#[cfg(unix)]
pub struct Channel {
    socket: std::os::unix::net::UnixStream,
    expected: String,
    figures: std::fs::File,
}

/// What was heard on it.
#[derive(Debug, Default, PartialEq)]
pub struct Heard {
    /// Exactly the one-time secret with the test's name came back.
    pub is_proven: bool,
    /// The figures that were told, in order.
    pub figures: Vec<(String, f64)>,
}

/// More than any test reports.
const FIGURES: u64 = 64 * 1024;

#[cfg(unix)]
impl Channel {
    /// A channel for one test, and what to give its process as standard input. Figures are told through a
    /// pipe and not in a file: what was written can't be taken back.
    pub fn open(test: &str, pipe: &Path) -> io::Result<(Self, Stdio)> {
        use std::io::Write as _;
        use std::os::unix::fs::OpenOptionsExt as _;
        use std::os::unix::net::UnixStream;

        let (mut socket, theirs) = UnixStream::pair()?;
        let secret = one_time_word()? + &one_time_word()?;
        socket.write_all(secret.as_bytes())?;
        // So that reading to the end is reading the secret.
        socket.shutdown(std::net::Shutdown::Write)?;
        make_pipe(pipe)?;
        // Open for reading and writing, so that neither side waits for the other.
        let figures = std::fs::File::options()
            .read(true)
            .write(true)
            .custom_flags(nonblocking())
            .open(pipe)?;
        let channel = Channel {
            socket,
            expected: format!("{secret} {test}\n"),
            figures,
        };
        Ok((channel, Stdio::from(std::os::fd::OwnedFd::from(theirs))))
    }

    /// What was said, once the process is over.
    pub fn close(self) -> Heard {
        let mut said = Vec::new();
        // Whoever was left behind may hold the other end open; what was said by now counts.
        let _ = self.socket.set_nonblocking(true);
        let _ = self
            .socket
            .take(self.expected.len() as u64 + 1)
            .read_to_end(&mut said);
        let mut text = Vec::new();
        let _ = self.figures.take(FIGURES).read_to_end(&mut text);
        let text = String::from_utf8_lossy(&text);
        let figures = text.lines().filter_map(|line| {
            let (name, value) = line.split_once('\t')?;
            let value: f64 = value.trim().parse().ok()?;
            value.is_finite().then(|| (name.to_owned(), value))
        });
        Heard {
            is_proven: said == self.expected.as_bytes(),
            figures: figures.collect(),
        }
    }
}

/// A line between two processes: what each gets as standard input.
///
/// # Errors
///
/// If the system has no more of them.
#[cfg(unix)]
pub fn line() -> io::Result<(Stdio, Stdio)> {
    let (one, other) = std::os::unix::net::UnixStream::pair()?;
    let stdio = |end| Stdio::from(std::os::fd::OwnedFd::from(end));
    Ok((stdio(one), stdio(other)))
}

/// Elsewhere nothing is graded.
///
/// # Errors
///
/// Always.
#[cfg(not(unix))]
pub fn line() -> io::Result<(Stdio, Stdio)> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
fn nonblocking() -> i32 {
    rustix::fs::OFlags::NONBLOCK.bits().cast_signed()
}

#[cfg(unix)]
fn make_pipe(path: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let mode = Mode::from_raw_mode(0o622);
    mknodat(CWD, path, FileType::Fifo, mode, 0)?;
    // Whatever the mask of this process is: the test may be another user's.
    rustix::fs::chmod(path, mode)?;
    Ok(())
}

/// Elsewhere nothing is graded.
#[cfg(not(unix))]
pub struct Channel;

#[cfg(not(unix))]
impl Channel {
    /// Always an error.
    pub fn open(_test: &str, _pipe: &Path) -> io::Result<(Self, Stdio)> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Never called.
    pub fn close(self) -> Heard {
        Heard::default()
    }
}
