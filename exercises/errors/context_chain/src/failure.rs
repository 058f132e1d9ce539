//! What `main` does with an error: tell the operator, and tell the supervisor.

use std::error::Error;

/// What the operator reads in the log.
pub fn report(error: &(dyn Error + 'static)) -> String {
    format!("error: {error}")
}

/// What the process exits with, from `sysexits.h`; the supervisor decides by it whether to try again.
pub fn exit_code(error: &(dyn Error + 'static)) -> u8 {
    let text = error.to_string();
    if text.contains("No such file") {
        66 // EX_NOINPUT
    } else if text.contains("Permission denied") {
        77 // EX_NOPERM
    } else if text.contains("syntax error") {
        78 // EX_CONFIG
    } else {
        74 // EX_IOERR
    }
}
