//! How much memory all processes of a cell have together. The system bounds each by itself, and a cell that may start
//! others would have as much as all of them.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::time::Duration;

/// How often is looked: in this time, two processors write some 40 MB.
const EVERY: Duration = Duration::from_millis(10);

/// Waits for the end of the first process of a cell, and kills it, and so everything in the cell, if all processes
/// together have more than so many bytes. To be asked from outside of their namespace of processes, in the same
/// namespace of mounts.
pub fn wait(first: &mut Child, bytes: u64) -> io::Result<ExitStatus> {
    let page = u64::try_from(rustix::param::page_size()).unwrap_or(u64::MAX);
    // Whoever looks finds itself only in the system's list of processes, which the cell's takes the place of.
    let is_of_cell = || !Path::new("/proc/self").exists();
    loop {
        if let Some(status) = first.try_wait()? {
            return Ok(status);
        }
        if is_of_cell() && pages().saturating_mul(page) > bytes {
            first.kill()?;
        }
        // No thread can look meanwhile: here, what is started belongs to the new namespace.
        std::thread::sleep(EVERY);
    }
}

/// The pages that processes have of their own, for all that `/proc` lists.
fn pages() -> u64 {
    let listed = fs::read_dir("/proc").into_iter().flatten().flatten();
    let figures = listed.filter_map(|entry| fs::read_to_string(entry.path().join("statm")).ok());
    figures.filter_map(|text| own_pages(&text)).sum()
}

/// Of a line of `statm` (`proc_pid_statm(5)`): what is resident, without what is shared.
fn own_pages(statm: &str) -> Option<u64> {
    let mut figures = statm.split_whitespace().skip(1).map(str::parse::<u64>);
    let (resident, shared) = (figures.next()?.ok()?, figures.next()?.ok()?);
    Some(resident.saturating_sub(shared))
}

#[cfg(test)]
mod tests {
    use super::own_pages;

    #[test]
    fn what_is_shared_does_not_count() {
        assert_eq!(own_pages("1203 800 300 20 0 500 0\n"), Some(500));
        assert_eq!(own_pages("1203 300 800 20 0 500 0\n"), Some(0));
        assert_eq!(own_pages("0\n"), None);
    }
}
