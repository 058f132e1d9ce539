//! Counts the threads of this process.
//!
//! Meant for one test per process, which is how the engine runs tests. Under plain `cargo test` the
//! harness's own threads come and go: pass `-- --test-threads=1` there, or count by name.

use std::io;

use crate::patience;

/// How many threads of this process are alive.
///
/// # Errors
///
/// Fails where the system does not list threads under `/proc/self/task` (anything but Linux).
pub fn count() -> io::Result<usize> {
    Ok(std::fs::read_dir("/proc/self/task")?.count())
}

/// How many threads of this process are alive whose name starts with `prefix`. The kernel keeps the
/// first 15 bytes of a name, so `prefix` can't be longer than that.
///
/// # Errors
///
/// Fails where the system does not list threads under `/proc/self/task` (anything but Linux).
pub fn count_named(prefix: &str) -> io::Result<usize> {
    let mut found = 0;
    for entry in std::fs::read_dir("/proc/self/task")? {
        // A thread may end between the listing and the look at its name.
        if let Ok(name) = std::fs::read_to_string(entry?.path().join("comm")) {
            found += usize::from(name.trim_end().starts_with(prefix));
        }
    }
    Ok(found)
}

/// Waits until no more than `at_most` threads are alive, for five seconds at the longest, and returns
/// how many there are then.
///
/// # Errors
///
/// As [`count`].
pub fn settle(at_most: usize) -> io::Result<usize> {
    patience::settle(at_most, count)
}

/// As [`settle`], for the threads whose name starts with `prefix`.
///
/// # Errors
///
/// As [`count_named`].
pub fn settle_named(prefix: &str, at_most: usize) -> io::Result<usize> {
    patience::settle(at_most, || count_named(prefix))
}
