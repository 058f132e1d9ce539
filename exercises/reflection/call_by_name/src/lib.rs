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
    fn call(&self, _args: &[&str]) -> Result<String, CallError> {
        answer(self())
    }
}

impl<F, A, T, E> Handler<(A,)> for F
where
    F: Fn(A) -> Result<T, E>,
    A: FromStr + Default,
    T: Display,
    E: Into<AnyError>,
{
    fn call(&self, args: &[&str]) -> Result<String, CallError> {
        answer(self(argument(args, 0)))
    }
}

impl<F, A, B, T, E> Handler<(A, B)> for F
where
    F: Fn(A, B) -> Result<T, E>,
    A: FromStr + Default,
    B: FromStr + Default,
    T: Display,
    E: Into<AnyError>,
{
    fn call(&self, args: &[&str]) -> Result<String, CallError> {
        answer(self(argument(args, 0), argument(args, 1)))
    }
}

fn argument<A: FromStr + Default>(args: &[&str], at: usize) -> A {
    let text = args.get(at).copied().unwrap_or_default();
    text.parse().unwrap_or_default()
}

fn answer<T: Display, E: Into<AnyError>>(result: Result<T, E>) -> Result<String, CallError> {
    match result {
        Ok(answer) => Ok(answer.to_string()),
        Err(cause) => Err(CallError::Failed {
            cause: cause.into(),
        }),
    }
}

/// What is registered: a handler that has forgotten what it takes.
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
        match self.commands.get(name) {
            Some(command) => command(args),
            None => Ok(String::new()),
        }
    }
}
