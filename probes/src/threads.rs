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
/// Fails where the system does not list threads under `/proc/self/task` (anything but Linux), or does not let their
/// names be read.
pub fn count_named(prefix: &str) -> io::Result<usize> {
    let mut found = 0;
    for entry in std::fs::read_dir("/proc/self/task")? {
        match std::fs::read_to_string(entry?.path().join("comm")) {
            Ok(name) => found += usize::from(name.trim_end().starts_with(prefix)),
            // Where names are not to be read, nobody is to believe that there is no such thread.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(error),
            // A thread may end between the listing and the look at its name.
            Err(_) => {}
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
