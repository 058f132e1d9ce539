//! From what was typed to what is meant. Reads nothing but its arguments, and behind it nobody looks at a text
//! to find out whether it is a date.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::list::{Filter, NewTask};
use crate::values::{Date, Invalid, Priority, TaskId, Title};

/// What somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// Where the tasks are, if it was said.
    pub file: Option<PathBuf>,
    /// Not to wait for another process that is changing them.
    pub no_wait: bool,
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

/// All that is wrong with a command line: never empty, in the order of the arguments, what is missing last.
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
    /// All that is wrong with them, not the first.
    pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Self, UsageError> {
        let mut reading = Reading::default();
        reading.read(args);
        reading.finish()
    }
}

const COMMANDS: [(&str, Verb); 7] = [
    ("add", Verb::Add),
    ("done", Verb::Done),
    ("reopen", Verb::Reopen),
    ("remove", Verb::Remove),
    ("list", Verb::List),
    ("import", Verb::Import),
    ("help", Verb::Help),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Add,
    Done,
    Reopen,
    Remove,
    List,
    Import,
    Help,
}

/// The options that may stand before the command, too.
const EVERYWHERE: &[&str] = &["--file", "--no-wait", "--help"];

impl Verb {
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Add => &["--due", "--priority", "--after"],
            Self::List => &["--all", "--overdue"],
            Self::Done | Self::Reopen | Self::Remove | Self::Import | Self::Help => &[],
        }
    }

    fn argument(self) -> Option<&'static str> {
        match self {
            Self::Add => Some("TITLE"),
            Self::Done | Self::Reopen | Self::Remove => Some("ID"),
            Self::List | Self::Import | Self::Help => None,
        }
    }
}

fn takes_value(option: &str) -> bool {
    !matches!(option, "--no-wait" | "--help" | "--all" | "--overdue")
}

/// What has been understood so far. A value that is wrong leaves a problem and no value, and reading goes on.
#[derive(Default)]
struct Reading {
    problems: Vec<Problem>,
    seen: Vec<&'static str>,
    verb: Option<Verb>,
    /// The first word was none of the commands, so nothing is known about what follows it.
    lost: bool,
    arguments: usize,
    file: Option<PathBuf>,
    title: Option<Title>,
    id: Option<TaskId>,
    due: Option<Date>,
    priority: Option<Priority>,
    after: Vec<TaskId>,
}

impl Reading {
    fn read(&mut self, args: impl IntoIterator<Item = OsString>) {
        let mut args = args.into_iter().peekable();
        let mut options_are_over = false;
        while let Some(arg) = args.next() {
            let Some(text) = arg.to_str() else {
                self.problems.push(Problem::NotUnicode {
                    given: arg.to_string_lossy().into_owned(),
                });
                self.arguments += 1;
                continue;
            };
            if options_are_over || !is_option(&arg) {
                self.word(text);
                continue;
            }
            if text == "--" {
                options_are_over = true;
                continue;
            }
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, Some(OsString::from(value))),
                None => (text, None),
            };
            let Some(option) = self.options().find(|&option| option == name) else {
                let meant = nearest(name, self.options());
                // The mistyped option's value is part of that mistake and not another one.
                if value.is_none() && meant.is_some_and(takes_value) {
                    args.next_if(|next| !is_option(next));
                }
                if !self.lost {
                    self.problems.push(Problem::UnknownOption {
                        given: name.to_owned(),
                        meant,
                    });
                }
                continue;
            };
            let value = match (takes_value(option), value) {
                (true, None) => args.next_if(|next| !is_option(next)),
                (true, value) => value,
                (false, None) => Some(OsString::new()),
                (false, Some(_)) => {
                    self.problems.push(Problem::UnwantedValue { option });
                    continue;
                }
            };
            match value {
                Some(value) => self.option(option, &value),
                None => self.problems.push(Problem::MissingValue { option }),
            }
        }
    }

    /// The options that are known where the reading is.
    fn options(&self) -> impl Iterator<Item = &'static str> + use<> {
        let own = self.verb.map_or(&[][..], Verb::options);
        EVERYWHERE.iter().chain(own).copied()
    }

    fn word(&mut self, text: &str) {
        let Some(verb) = self.verb else {
            if !self.lost {
                self.verb = COMMANDS
                    .iter()
                    .find(|(name, _)| *name == text)
                    .map(|&(_, verb)| verb);
            }
            if self.verb.is_none() && !self.lost {
                self.lost = true;
                self.problems.push(Problem::UnknownCommand {
                    given: text.to_owned(),
                    meant: nearest(text, COMMANDS.iter().map(|(name, _)| *name)),
                });
            }
            return;
        };
        self.arguments += 1;
        match verb.argument() {
            Some("TITLE") if self.arguments == 1 => self.title = self.value("TITLE", text),
            Some("ID") if self.arguments == 1 => self.id = self.value("ID", text),
            _ => self.problems.push(Problem::Unexpected {
                given: text.to_owned(),
            }),
        }
    }

    fn option(&mut self, option: &'static str, value: &OsStr) {
        if self.seen.contains(&option) && !matches!(option, "--after" | "--help") {
            self.problems.push(Problem::Repeated { option });
            return;
        }
        self.seen.push(option);
        // A path is bytes, not text, so it is taken before anything asks for text.
        if option == "--file" {
            self.file = Some(PathBuf::from(value));
            return;
        }
        let Some(text) = value.to_str() else {
            self.problems.push(Problem::NotUnicode {
                given: value.to_string_lossy().into_owned(),
            });
            return;
        };
        match option {
            "--due" => self.due = self.value(option, text),
            "--priority" => self.priority = self.value(option, text),
            "--after" => {
                let id: Option<TaskId> = self.value(option, text);
                self.after.extend(id);
            }
            "--all" | "--overdue"
                if self.seen.contains(&"--all") && self.seen.contains(&"--overdue") =>
            {
                self.problems.push(Problem::Together);
            }
            // The others are no more than seen.
            _ => {}
        }
    }

    fn value<T: FromStr<Err = Invalid>>(&mut self, what: &'static str, text: &str) -> Option<T> {
        match text.parse() {
            Ok(value) => Some(value),
            Err(reason) => {
                self.problems.push(Problem::Invalid {
                    what,
                    given: text.to_owned(),
                    reason,
                });
                None
            }
        }
    }

    fn finish(mut self) -> Result<Invocation, UsageError> {
        // Whoever asks for help gets it, whatever else is wrong.
        if self.seen.contains(&"--help") {
            self.verb = Some(Verb::Help);
            self.problems.clear();
        }
        if self.verb.is_none() && !self.lost {
            self.problems.push(Problem::NoCommand);
        }
        if let Some(what) = self.verb.and_then(Verb::argument)
            && self.arguments == 0
        {
            self.problems.push(Problem::Missing { what });
        }
        let file = self.file.take();
        let no_wait = self.seen.contains(&"--no-wait");
        match self.command() {
            Some(command) if self.problems.is_empty() => Ok(Invocation {
                file,
                no_wait,
                command,
            }),
            _ => Err(UsageError {
                problems: self.problems,
            }),
        }
    }

    /// `None` where a problem stands for what is missing.
    fn command(&mut self) -> Option<Command> {
        Some(match self.verb? {
            Verb::Add => Command::Add(NewTask {
                title: self.title.take()?,
                priority: self.priority.unwrap_or_default(),
                due: self.due,
                after: std::mem::take(&mut self.after),
            }),
            Verb::Done => Command::Done(self.id?),
            Verb::Reopen => Command::Reopen(self.id?),
            Verb::Remove => Command::Remove(self.id?),
            Verb::List if self.seen.contains(&"--all") => Command::List(Filter::All),
            Verb::List if self.seen.contains(&"--overdue") => Command::List(Filter::Overdue),
            Verb::List => Command::List(Filter::Open),
            Verb::Import => Command::Import,
            Verb::Help => Command::Help,
        })
    }
}

/// `-` alone is an argument, as everywhere.
fn is_option(arg: &OsStr) -> bool {
    arg.as_encoded_bytes().starts_with(b"-") && arg != "-"
}

/// The candidate that is at most two changes of one character away, the first of the nearest.
fn nearest(given: &str, candidates: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    candidates
        .map(|candidate| (distance(given, candidate), candidate))
        .filter(|&(distance, _)| distance <= 2)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance, one row at a time.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, left) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, &right) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
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
