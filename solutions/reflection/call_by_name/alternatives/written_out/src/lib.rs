//! Calls the commands of an admin console by name, with arguments as they were typed.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::{self, Display};
use std::str::FromStr;

/// Any error.
pub type AnyError = Box<dyn Error + Send + Sync>;

/// Why a call gave no answer.
#[derive(Debug)]
pub enum CallError {
    /// There is no such command.
    UnknownName {
        /// What was asked for.
        name: String,
        /// The names that are there, sorted.
        known: Vec<String>,
    },
    /// The command takes more arguments, or fewer.
    WrongCount {
        /// How many it takes.
        wanted: usize,
        /// How many came.
        got: usize,
    },
    /// An argument is not what the command takes.
    BadArgument {
        /// Which one, from 1.
        position: usize,
        /// What it says.
        text: String,
        /// Why it is none.
        cause: AnyError,
    },
    /// The command was called, and failed.
    Failed {
        /// What it answered.
        cause: AnyError,
    },
}

impl Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownName { name, known } => {
                write!(f, "there is no `{name}`, only {}", known.join(", "))
            }
            Self::WrongCount { wanted, got } => {
                write!(f, "the command takes {wanted} arguments, not {got}")
            }
            Self::BadArgument { position, text, .. } => {
                write!(f, "argument {position} can't be `{text}`")
            }
            Self::Failed { .. } => write!(f, "the command failed"),
        }
    }
}

impl Error for CallError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::BadArgument { cause, .. } | Self::Failed { cause } => Some(cause.as_ref()),
            Self::UnknownName { .. } | Self::WrongCount { .. } => None,
        }
    }
}

/// A function that can be called with texts. `Args` is the tuple of what it takes, and tells the implementations apart.
pub trait Handler<Args> {
    /// Calls it.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    fn call(&self, args: &[&str]) -> Result<String, CallError>;
}

impl<F, T, E> Handler<()> for F
where
    F: Fn() -> Result<T, E>,
    T: Display,
    E: Into<AnyError>,
{
    fn call(&self, args: &[&str]) -> Result<String, CallError> {
        Arguments::new(args, 0)?;
        answer(self())
    }
}

impl<F, A, T, E> Handler<(A,)> for F
where
    F: Fn(A) -> Result<T, E>,
    A: FromStr<Err: Into<AnyError>>,
    T: Display,
    E: Into<AnyError>,
{
    fn call(&self, args: &[&str]) -> Result<String, CallError> {
        let mut args = Arguments::new(args, 1)?;
        answer(self(args.next()?))
    }
}

impl<F, A, B, T, E> Handler<(A, B)> for F
where
    F: Fn(A, B) -> Result<T, E>,
    A: FromStr<Err: Into<AnyError>>,
    B: FromStr<Err: Into<AnyError>>,
    T: Display,
    E: Into<AnyError>,
{
    fn call(&self, args: &[&str]) -> Result<String, CallError> {
        let mut args = Arguments::new(args, 2)?;
        answer(self(args.next()?, args.next()?))
    }
}

impl<F, A, B, C, T, E> Handler<(A, B, C)> for F
where
    F: Fn(A, B, C) -> Result<T, E>,
    A: FromStr<Err: Into<AnyError>>,
    B: FromStr<Err: Into<AnyError>>,
    C: FromStr<Err: Into<AnyError>>,
    T: Display,
    E: Into<AnyError>,
{
    fn call(&self, args: &[&str]) -> Result<String, CallError> {
        let mut args = Arguments::new(args, 3)?;
        answer(self(args.next()?, args.next()?, args.next()?))
    }
}

/// The arguments of one call, of which there are as many as there should be.
struct Arguments<'a> {
    all: &'a [&'a str],
    taken: usize,
}

impl<'a> Arguments<'a> {
    fn new(all: &'a [&'a str], wanted: usize) -> Result<Self, CallError> {
        let got = all.len();
        if got != wanted {
            return Err(CallError::WrongCount { wanted, got });
        }
        Ok(Self { all, taken: 0 })
    }

    fn next<A>(&mut self) -> Result<A, CallError>
    where
        A: FromStr<Err: Into<AnyError>>,
    {
        let text = self.all[self.taken];
        self.taken += 1;
        text.parse()
            .map_err(|cause: A::Err| CallError::BadArgument {
                position: self.taken,
                text: text.to_owned(),
                cause: cause.into(),
            })
    }
}

fn answer<T: Display, E: Into<AnyError>>(result: Result<T, E>) -> Result<String, CallError> {
    match result {
        Ok(answer) => Ok(answer.to_string()),
        Err(cause) => Err(CallError::Failed {
            cause: cause.into(),
        }),
    }
}

/// What is registered: a handler that has forgotten what it takes. The types are checked where a handler goes in, and the
/// texts where a call comes in; between the two nothing is left to be cast.
type Command = Box<dyn Fn(&[&str]) -> Result<String, CallError> + Send + Sync>;

/// Commands by name.
#[derive(Default)]
pub struct Registry {
    commands: BTreeMap<String, Command>,
}

impl Registry {
    /// A registry without commands.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a command, in place of the one that had this name.
    pub fn register<Args, H>(&mut self, name: &str, handler: H)
    where
        H: Handler<Args> + Send + Sync + 'static,
    {
        let command: Command = Box::new(move |args| handler.call(args));
        self.commands.insert(name.to_owned(), command);
    }

    /// Calls a command with these arguments.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    pub fn call(&self, name: &str, args: &[&str]) -> Result<String, CallError> {
        let Some(command) = self.commands.get(name) else {
            return Err(CallError::UnknownName {
                name: name.to_owned(),
                known: self.commands.keys().cloned().collect(),
            });
        };
        command(args)
    }
}
