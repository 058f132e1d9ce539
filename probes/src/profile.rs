//! Records where a workload spends its time and where it allocates, when the engine asks for it: that is
//! what `workbook profile` does. Without an engine a workload is one call of a function.
//!
//! What is recorded are addresses. Names and lines are the engine's business, so that this crate needs no
//! reader of debug information and the workload's process is over before one works.
//!
//! Architecture invariant: nothing here allocates or waits inside the signal handler, and nothing here is
//! recorded as the workload's.

use std::hint::black_box;

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod clock;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod heap;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod record;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod unwind;

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
pub(crate) use heap::note as note_allocation;

/// The environment variable in which the engine names the file to record to.
pub const PROFILE_FILE: &str = "WORKBOOK_PROFILE";

/// Whether the engine asks for a profile.
pub(crate) fn is_asked_for() -> bool {
    std::env::var_os(PROFILE_FILE).is_some()
}

/// A workload to profile: what a service does all day, on data that was made before. Under `workbook
/// profile` it is called once with every allocation recorded, and then again and again for up to 5 s
/// with the stack recorded every few milliseconds of CPU time. Elsewhere it is called once.
///
/// What it returns is kept from the optimiser.
///
/// # Panics
///
/// If the engine's file can't be written, or where nothing can be recorded: on systems other than Linux.
pub fn run<T>(mut work: impl FnMut() -> T) {
    match std::env::var_os(PROFILE_FILE) {
        None => call(&mut work),
        #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
        Some(path) => record::to(path.as_ref(), &mut || call(&mut work)),
        #[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
        Some(_) => panic!("stacks can be recorded on 64-bit Linux only"),
    }
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
pub(crate) fn note_allocation(_: usize) {}

/// Everything that a stack has above this frame is the workload.
#[inline(never)]
fn call<T>(work: &mut impl FnMut() -> T) {
    black_box(work());
}
