//! Somebody else's code on the pool's threads: calls of jobs, and drops of what jobs leave behind.

use std::any::Any;
use std::mem;
use std::panic::{self, AssertUnwindSafe};

/// Does what somebody else has written; if it panics, returns what it said in words.
///
/// `AssertUnwindSafe`: the pool looks at nothing that the job can have left half done. What jobs share
/// among themselves is theirs to mistrust, with a poisoned mutex for instance.
pub(crate) fn contain<T>(work: impl FnOnce() -> T) -> Result<T, Option<String>> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(message)
}

/// Drops what somebody else has made.
pub(crate) fn dispose<T>(value: T) {
    // What the drop says is of interest to nobody who could be told; the panic hook has printed it.
    let _ = contain(move || drop(value));
}

/// `panic!` has a `&str` if there is nothing to format, and otherwise a `String`. `panic_any` may have
/// anything, also something that panics when it is dropped.
fn message(payload: Box<dyn Any + Send>) -> Option<String> {
    let message = payload.downcast_ref::<&str>().map(ToString::to_string);
    if let Err(worse) = panic::catch_unwind(AssertUnwindSafe(move || drop(payload))) {
        // This could go on for ever. A few bytes are lost in place of a thread.
        mem::forget(worse);
    }
    message
}
