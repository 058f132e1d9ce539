//! Everything that can go wrong with one run of the program: what it is, whose it is, and what to do.

use std::error;
use std::fmt;
use std::io;
use std::iter;

use crate::command::UsageError;
use crate::list::Refusal;
use crate::store::StoreError;
use crate::values::Invalid;

/// Why a run did not do what was asked. A kind of its own for each exit code, and never a text.
#[derive(Debug)]
pub enum Error {
    /// The command line makes no sense.
    Usage(UsageError),
    /// Lines that were to be imported make no sense.
    Lines(Vec<BadLine>),
    /// The list refuses.
    Refused(Refusal),
    /// The file can't be used.
    Store(StoreError),
    /// Standard input can't be read.
    Input(io::Error),
    /// Standard output can't be written.
    Output(io::Error),
    /// Somebody asked to end it, and nothing was changed.
    Cancelled,
}

/// A line that is no title.
#[derive(Debug)]
pub struct BadLine {
    /// From 1.
    pub number: usize,
    /// What is there.
    pub text: String,
    /// Why that is none.
    pub reason: Invalid,
}

impl Error {
    /// What the process ends with. Scripts depend on these numbers, so they are part of the interface.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Refused(_) => 1,
            Self::Usage(_) | Self::Lines(_) => 2,
            Self::Store(StoreError::Busy { .. }) => 4,
            Self::Store(_) => 3,
            Self::Input(_) | Self::Output(_) => 5,
            // What shells report of a program that Ctrl-C has ended: 128 and SIGINT's number.
            Self::Cancelled => 130,
        }
    }

    /// What whoever reads the error can do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Usage(_) => "see `tasks help`".to_owned(),
            Self::Lines(_) => "mend these lines and import all of them again".to_owned(),
            Self::Refused(refusal) => match refusal {
                Refusal::NoSuchTask { .. } => "see `tasks list --all`".to_owned(),
                Refusal::AlreadyDone { id } => format!("if it is not, `tasks reopen {id}`"),
                Refusal::NotDone { id } => format!("if it is done, `tasks done {id}`"),
                Refusal::WaitsFor { open, .. } => match open.first() {
                    Some(first) => format!("begin with `tasks done {first}`"),
                    None => "see `tasks list`".to_owned(),
                },
                Refusal::NeededBy { by, .. } => match by.last() {
                    // The last one has the highest number, so nothing in the list comes after it.
                    Some(last) => format!("begin with task {last}; see `tasks list --all`"),
                    None => "see `tasks list --all`".to_owned(),
                },
                Refusal::Full => "begin another list with `--file`".to_owned(),
            },
            Self::Store(error) => match error {
                StoreError::Read { .. } | StoreError::Write { .. } => {
                    "check the path and who may use it; `--file` names another one".to_owned()
                }
                StoreError::Damaged { path, .. } => format!(
                    "mend `{}`, or move it away to begin a new list; nothing was changed",
                    path.display()
                ),
                StoreError::Newer { .. } => {
                    "use that release of `tasks`; nothing was changed".to_owned()
                }
                StoreError::Busy { .. } => {
                    "try again in a moment, or wait by leaving out `--no-wait`".to_owned()
                }
            },
            Self::Input(_) => "check what is connected to standard input".to_owned(),
            Self::Output(_) => "check where standard output goes; see `tasks list`".to_owned(),
            Self::Cancelled => "nothing was changed; run it again".to_owned(),
        }
    }

    /// All of it, as lines for standard error.
    pub fn report(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| {
            for problem in self.to_string().lines() {
                writeln!(f, "error: {problem}")?;
            }
            let first = error::Error::source(self);
            for cause in iter::successors(first, |cause| cause.source()) {
                writeln!(f, "  caused by: {cause}")?;
            }
            writeln!(f, "  help: {}", self.remedy())
        })
    }
}

// The variants that only say whose error it is show the error itself, and its causes. To have it as the source as
// well would say it twice.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(error) => error.fmt(f),
            Self::Lines(lines) => {
                for (at, line) in lines.iter().enumerate() {
                    if at > 0 {
                        writeln!(f)?;
                    }
                    let BadLine {
                        number,
                        text,
                        reason,
                    } = line;
                    write!(f, "line {number}: `{}` {reason}", text.escape_debug())?;
                }
                Ok(())
            }
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Input(_) => f.write_str("could not read standard input"),
            Self::Output(_) => f.write_str("could not write standard output"),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Usage(error) => error.source(),
            Self::Lines(_) | Self::Cancelled => None,
            Self::Refused(refusal) => refusal.source(),
            Self::Store(error) => error.source(),
            Self::Input(error) | Self::Output(error) => Some(error),
        }
    }
}

impl From<UsageError> for Error {
    fn from(error: UsageError) -> Self {
        Self::Usage(error)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

// None from `io::Error`: where it came from decides between Input and Output, and `?` would not ask.
