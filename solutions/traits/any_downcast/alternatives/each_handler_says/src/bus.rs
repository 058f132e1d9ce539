//! The bus between the modules and the plug-ins. It is open: a plug-in publishes events that nobody here knows.

use std::any::{Any, type_name};
use std::error::Error;
use std::fmt;

type Handler = Box<dyn Fn(&dyn Any) -> bool>;

/// Brings events to those who listen to their type.
#[derive(Default)]
pub struct Bus {
    // Each tells whether the event was of its type.
    handlers: Vec<Handler>,
}

/// Nobody listens to events of this type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unheard {
    /// The type's name, for people.
    pub event: &'static str,
}

impl fmt::Display for Unheard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nobody listens to `{}`", self.event)
    }
}

impl Error for Unheard {}

impl Bus {
    /// Listens to events of one type.
    pub fn on<E: Any>(&mut self, handler: impl Fn(&E) + 'static) {
        self.handlers.push(Box::new(move |event| {
            event.downcast_ref().map(&handler).is_some()
        }));
    }

    /// Brings an event to those who listen to its type, in the order in which they came. Tells how many they are.
    ///
    /// # Errors
    ///
    /// [`Unheard`], if they are none.
    pub fn publish<E: Any>(&self, event: &E) -> Result<usize, Unheard> {
        match self
            .handlers
            .iter()
            .filter(|handler| handler(event))
            .count()
        {
            0 => Err(Unheard {
                event: type_name::<E>(),
            }),
            heard => Ok(heard),
        }
    }
}
