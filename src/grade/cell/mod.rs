//! The box: where what nobody trusts is compiled and run.
//!
//! The runner starts itself again, and that process takes away from itself whatever the submission has no
//! business with, layer by layer, before it turns into the compiler or the test. So nothing here needs
//! `unsafe`, and a layer that could not be had is a process that did not start, never one with fewer walls
//! than its result says.
//!
//! Architecture invariant: no code of a submission runs, and none is compiled, outside of a cell.

mod detect;
#[cfg(target_os = "linux")]
mod enter;
#[cfg(target_os = "linux")]
mod loopback;
#[cfg(target_os = "linux")]
mod probe;
#[cfg(target_os = "linux")]
mod root;
mod spec;
mod start;
#[cfg(target_os = "linux")]
mod syscalls;
#[cfg(target_os = "linux")]
mod weigh;

use std::process::ExitCode;

pub use detect::{DetectError, Detected, detect, holds, shell, system_libraries};
pub use spec::{Allowance, Cell, Purpose, Reach, Walls};
pub use start::{CellEnd, one_time_word, open_to_all, run};

/// The first word of a runner that was started to turn into something else.
const ENTER: &str = "__cell";
/// The same, as the first process of its own namespaces.
const ENTER_FIRST: &str = "__cell-first";
/// The first word of the self-probe.
const PROBE: &str = "__cell-probe";

/// If this process was started to enter a cell, enters it and returns how to exit: only where that failed,
/// or to hand on how the process inside ended.
pub fn inside() -> Option<ExitCode> {
    let first = std::env::args_os().nth(1)?;
    let first = first.to_str()?;
    #[cfg(target_os = "linux")]
    match first {
        ENTER => return Some(enter::enter()),
        ENTER_FIRST => return Some(enter::enter_first()),
        PROBE => return Some(probe::probe()),
        _ => {}
    }
    let _ = first;
    None
}
