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

// One implementation for each number of arguments, since Rust has no way to say "any number". The bounds on the arguments
// are what a call needs of them and no more: a text, and an error that can be kept.
macro_rules! handler {
    ($count:literal: $($arg:ident $text:ident $position:literal),*) => {
        impl<F, $($arg,)* T, E> Handler<($($arg,)*)> for F
        where
            F: Fn($($arg),*) -> Result<T, E>,
            $($arg: FromStr<Err: Into<AnyError>>,)*
            T: Display,
            E: Into<AnyError>,
        {
            fn call(&self, args: &[&str]) -> Result<String, CallError> {
                // The count first: with an argument too few, all that follow would be in the wrong place.
                let &[$($text,)* ..] = args else {
                    return Err(CallError::WrongCount {
                        wanted: $count,
                        got: args.len(),
                    });
                };
                // Arguments are evaluated before the call, so nothing runs until each of them is good.
                answer(self($(argument::<$arg>($position, $text)?),*))
            }
        }
    };
}

handler!(0:);
handler!(1: A a 1);
handler!(2: A a 1, B b 2);
handler!(3: A a 1, B b 2, C c 3);

fn argument<A>(position: usize, text: &str) -> Result<A, CallError>
where
    A: FromStr<Err: Into<AnyError>>,
{
    // No default in sight. Whether an argument may be left out is for the command to say, in its type.
    text.parse()
        .map_err(|cause: A::Err| CallError::BadArgument {
            position,
            text: text.to_owned(),
            cause: cause.into(),
        })
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
