//! Counts the file descriptors that this process has open: files, sockets, pipes.
//!
//! Meant for one test per process, which is how the engine runs tests. Under plain `cargo test`
//! neighbours open and close descriptors too: pass `-- --test-threads=1` there.

use std::fs;
use std::io;

use crate::patience;

/// Linux lists each open descriptor of a process here, as a link to what it stands for.
const OPEN: &str = "/proc/self/fd";

/// How many file descriptors are open.
///
/// # Errors
///
/// Fails where the system does not list descriptors under `/proc/self/fd` (anything but Linux).
pub fn count() -> io::Result<usize> {
    // Reading the list takes a descriptor of its own, which the list has as well.
    Ok(fs::read_dir(OPEN)?.count() - 1)
}

/// What each open descriptor stands for, in order of the descriptors: a path, or for example
/// `socket:[61273]` and `pipe:[61274]`. A message that names what leaked says more than its number.
///
/// # Errors
///
/// As [`count`].
pub fn open() -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(OPEN)? {
        let entry = entry?;
        let number: u32 = entry
            .file_name()
            .to_string_lossy()
            .parse()
            .unwrap_or(u32::MAX);
        // The list's own descriptor leads back to the list; another one may be closed by now.
        if let Ok(target) = fs::read_link(entry.path()) {
            found.push((number, target.to_string_lossy().into_owned()));
        }
    }
    found.sort_unstable();
    let own = format!("/proc/{}/fd", std::process::id());
    Ok(found
        .into_iter()
        .map(|(_, target)| target)
        .filter(|target| *target != own)
        .collect())
}

/// Waits until no more than `at_most` descriptors are open, for five seconds at the longest, and returns
/// how many there are then. A descriptor that another thread or a runtime closes is gone a moment after
/// its owner was dropped.
///
/// # Errors
///
/// As [`count`].
pub fn settle(at_most: usize) -> io::Result<usize> {
    patience::settle(at_most, count)
}
