//! From what was typed to what is meant.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use crate::list::{Filter, NewTask};
use crate::values::{Invalid, Priority, TaskId};

/// What somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// Where the tasks are, if it was said.
    pub file: Option<PathBuf>,
    /// What to do with them.
    pub command: Command,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `add TITLE [--due DATE] [--priority PRIORITY] [--after ID]...`
    Add(NewTask),
    /// `done ID`
    Done(TaskId),
    /// `reopen ID`
    Reopen(TaskId),
    /// `remove ID`
    Remove(TaskId),
    /// `list [--all | --overdue]`
    List(Filter),
    /// `import`: a task for each line of standard input.
    Import,
    /// `help`, or `--help` anywhere.
    Help,
}

/// What is wrong with a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageError {
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong with a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// There is no command.
    NoCommand,
    /// The first word is none of the commands.
    UnknownCommand {
        /// The word.
        given: String,
        /// The command that it nearly is.
        meant: Option<&'static str>,
    },
    /// The command has no such option.
    UnknownOption {
        /// Without its value.
        given: String,
        /// The option of this command that it nearly is.
        meant: Option<&'static str>,
    },
    /// An option is followed by nothing, or by another option.
    MissingValue {
        /// The option.
        option: &'static str,
    },
    /// A value for an option that takes none.
    UnwantedValue {
        /// The option.
        option: &'static str,
    },
    /// An option twice, of which one would be lost.
    Repeated {
        /// The option.
        option: &'static str,
    },
    /// `--all` and `--overdue`.
    Together,
    /// A value that is none of its kind.
    Invalid {
        /// The option, or `TITLE` or `ID`.
        what: &'static str,
        /// What is there.
        given: String,
        /// Why that is none.
        reason: Invalid,
    },
    /// An argument more than the command takes.
    Unexpected {
        /// The argument.
        given: String,
    },
    /// An argument that is no text. Only a path may be that.
    NotUnicode {
        /// What can be shown of it.
        given: String,
    },
    /// An argument fewer than the command takes.
    Missing {
        /// `TITLE` or `ID`.
        what: &'static str,
    },
}

impl Invocation {
    /// Understands the arguments that follow the program's name.
    ///
    /// # Errors
    ///
    /// What is wrong with them.
    pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Self, UsageError> {
        let mut args = args.into_iter().map(|arg| arg.into_string().unwrap());
        let mut file = None;
        let mut words = Vec::new();
        let mut due = None;
        let mut priority = Priority::default();
        let mut after = Vec::new();
        let mut filter = Filter::default();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--file" => file = args.next().map(PathBuf::from),
                "--due" => {
                    let text = args.next().unwrap_or_default();
                    due = Some(text.parse().map_err(invalid("--due", &text))?);
                }
                "--priority" => {
                    let text = args.next().unwrap_or_default();
                    priority = text.parse().map_err(invalid("--priority", &text))?;
                }
                "--after" => {
                    let text = args.next().unwrap_or_default();
                    after.push(text.parse().map_err(invalid("--after", &text))?);
                }
                "--all" => filter = Filter::All,
                "--overdue" => filter = Filter::Overdue,
                _ => words.push(arg),
            }
        }
        if words.is_empty() {
            return Err(one(Problem::NoCommand));
        }
        let verb = words.remove(0);
        // So that nobody has to quote a title.
        let rest = words.join(" ");
        let command = match verb.as_str() {
            "add" => Command::Add(NewTask {
                title: rest.parse().map_err(invalid("TITLE", &rest))?,
                priority,
                due,
                after,
            }),
            "done" => Command::Done(rest.parse().map_err(invalid("ID", &rest))?),
            "reopen" => Command::Reopen(rest.parse().map_err(invalid("ID", &rest))?),
            "remove" => Command::Remove(rest.parse().map_err(invalid("ID", &rest))?),
            "list" => Command::List(filter),
            "import" => Command::Import,
            "help" | "--help" => Command::Help,
            _ => {
                return Err(one(Problem::UnknownCommand {
                    given: verb,
                    meant: None,
                }));
            }
        };
        Ok(Self { file, command })
    }
}

fn one(problem: Problem) -> UsageError {
    UsageError {
        problems: vec![problem],
    }
}

fn invalid(what: &'static str, given: &str) -> impl FnOnce(Invalid) -> UsageError {
    let given = given.to_owned();
    move |reason| {
        one(Problem::Invalid {
            what,
            given,
            reason,
        })
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for UsageError {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand => f.write_str("there is no command"),
            Self::UnknownCommand { given, meant } => {
                write!(f, "there is no command `{}`", given.escape_debug())?;
                did_you_mean(f, *meant)
            }
            Self::UnknownOption { given, meant } => {
                write!(f, "there is no option `{}` here", given.escape_debug())?;
                did_you_mean(f, *meant)
            }
            Self::MissingValue { option } => write!(f, "`{option}` has no value"),
            Self::UnwantedValue { option } => write!(f, "`{option}` takes no value"),
            Self::Repeated { option } => write!(f, "`{option}` is there twice"),
            Self::Together => f.write_str("`--all` and `--overdue` exclude each other"),
            Self::Invalid {
                what,
                given,
                reason,
            } => write!(f, "{what}: `{}` {reason}", given.escape_debug()),
            Self::Unexpected { given } => {
                write!(f, "`{}` is one argument too many", given.escape_debug())
            }
            Self::NotUnicode { given } => write!(f, "`{}` is no text", given.escape_debug()),
            Self::Missing { what } => write!(f, "{what} is missing"),
        }
    }
}

fn did_you_mean(f: &mut fmt::Formatter<'_>, meant: Option<&str>) -> fmt::Result {
    match meant {
        Some(meant) => write!(f, "; did you mean `{meant}`?"),
        None => Ok(()),
    }
}
