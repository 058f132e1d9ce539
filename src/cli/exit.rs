//! Exit codes, part of the contract with scripts.

use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All asked-for checks passed, or what was asked for was done.
    Success,
    /// Some checks did not pass.
    ChecksFailed,
    /// The command line or the course is wrong.
    Usage,
    /// Nothing can be judged here: no cargo, no disk, no desk that can be written to.
    Environment,
    /// A limit on the whole command was reached.
    Limit,
    /// Ctrl-C, or a signal to end.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Success => 0,
            Exit::ChecksFailed => 1,
            Exit::Usage => 2,
            Exit::Environment => 3,
            Exit::Limit => 4,
            Exit::Interrupted => 130,
        })
    }
}
