//! What `main` does with an error: tell the operator, and tell the supervisor.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::iter;

/// What the operator reads in the log: the error on a line of its own, then each cause on one,
/// outermost first.
pub fn report(error: &(dyn Error + 'static)) -> String {
    let labels = iter::once("error").chain(iter::repeat("caused by"));
    let lines = labels.zip(chain(error));
    lines
        .map(|(label, error)| format!("{label}: {error}\n"))
        .collect()
}

/// What the process exits with, from `sysexits.h`; the supervisor decides by it whether to try again.
///
/// The innermost `io::Error` of the chain decides. Texts are for people: they change with the layer,
/// with the platform and with the next release.
pub fn exit_code(error: &(dyn Error + 'static)) -> u8 {
    let innermost = chain(error)
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .last();
    match innermost.map(io::Error::kind) {
        Some(ErrorKind::NotFound) => 66,         // EX_NOINPUT
        Some(ErrorKind::PermissionDenied) => 77, // EX_NOPERM
        Some(_) => 74,                           // EX_IOERR
        None => 78,                              // EX_CONFIG
    }
}

/// The error itself, then its causes, outermost first. The standard library's own such iterator is not
/// stable yet.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| error.source())
}
