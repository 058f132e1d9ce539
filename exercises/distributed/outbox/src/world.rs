//! A process that can crash between any two things that it does, a database that survives it, and a
//! broker. No chance is involved: a test says at which step the crash is, and can go through all of them.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use crate::Envelope;

/// The process is gone. Nothing that it does has an effect any more; what it had committed and sent stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crashed;

/// Where a crash happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    /// The step with this number, from 1, has no effect.
    Before(u32),
    /// That step has its effect, and the process is gone before it hears of it.
    After(u32),
}

/// What the process runs in. A step is a commit or a message that is sent.
#[derive(Debug, Default)]
pub struct World {
    crash: Cell<Option<Crash>>,
    down: Cell<bool>,
    steps: RefCell<Vec<String>>,
}

impl World {
    /// A world with at most one crash.
    pub fn new(crash: Option<Crash>) -> Rc<Self> {
        Rc::new(Self {
            crash: Cell::new(crash),
            ..Self::default()
        })
    }

    /// Starts the process again. Returns whether it was down.
    pub fn restart(&self) -> bool {
        self.down.replace(false)
    }

    /// Another crash, counted from the steps so far.
    pub fn plan(&self, crash: Crash) {
        let so_far = self.steps.borrow().len() as u32;
        self.crash.set(Some(match crash {
            Crash::Before(step) => Crash::Before(so_far + step),
            Crash::After(step) => Crash::After(so_far + step),
        }));
    }

    /// The steps so far, to read.
    pub fn story(&self) -> String {
        self.steps.borrow().join(", ")
    }

    fn check(&self) -> Result<(), Crashed> {
        if self.down.get() {
            Err(Crashed)
        } else {
            Ok(())
        }
    }

    fn step(&self, what: impl fmt::Display, effect: impl FnOnce()) -> Result<(), Crashed> {
        self.check()?;
        let mut steps = self.steps.borrow_mut();
        let number = steps.len() as u32 + 1;
        let crash = self.crash.get();
        let (before, after) = (
            crash == Some(Crash::Before(number)),
            crash == Some(Crash::After(number)),
        );
        steps.push(match (before, after) {
            (true, _) => format!("CRASH before {what}"),
            (_, true) => format!("{what} and CRASH"),
            _ => what.to_string(),
        });
        if !before {
            effect();
        }
        self.down.set(before || after);
        self.check()
    }
}

/// A database with tables `T`.
#[derive(Debug)]
pub struct Db<T> {
    world: Rc<World>,
    name: &'static str,
    committed: RefCell<T>,
    in_transaction: Cell<bool>,
}

impl<T: Clone + Default> Db<T> {
    /// Empty tables.
    pub fn new(world: &Rc<World>, name: &'static str) -> Rc<Self> {
        Rc::new(Self {
            world: Rc::clone(world),
            name,
            committed: RefCell::default(),
            in_transaction: Cell::new(false),
        })
    }

    /// Reads what is committed.
    ///
    /// # Errors
    ///
    /// `Crashed`, if the process is down.
    pub fn read<R>(&self, look: impl FnOnce(&T) -> R) -> Result<R, Crashed> {
        self.world.check()?;
        Ok(look(&self.committed.borrow()))
    }

    /// A transaction: all that `act` does to the tables is committed at once, as one step. If `act`
    /// refuses, none of it is.
    ///
    /// # Errors
    ///
    /// Outside `Crashed`; inside what `act` refused with.
    ///
    /// # Panics
    ///
    /// If `act` begins another transaction.
    pub fn transaction<R, E>(
        &self,
        act: impl FnOnce(&mut T) -> Result<R, E>,
    ) -> Result<Result<R, E>, Crashed> {
        self.world.check()?;
        assert!(
            !self.in_transaction.replace(true),
            "a transaction of the {}'s within another one",
            self.name
        );
        let mut tables = self.committed.borrow().clone();
        let outcome = act(&mut tables);
        self.in_transaction.set(false);
        if outcome.is_ok() {
            let commit = format_args!("commit of the {}", self.name);
            self.world
                .step(commit, || *self.committed.borrow_mut() = tables)?;
        }
        Ok(outcome)
    }

    /// A transaction that refuses nothing.
    ///
    /// # Errors
    ///
    /// `Crashed`.
    pub fn update<R>(&self, act: impl FnOnce(&mut T) -> R) -> Result<R, Crashed> {
        self.transaction(|tables| Ok(act(tables)))?
    }

    /// What is committed, as an auditor sees it, also while the process is down.
    pub fn committed(&self) -> T {
        self.committed.borrow().clone()
    }
}

/// Takes messages, and never loses one that it has taken.
#[derive(Debug)]
pub struct Broker {
    world: Rc<World>,
    taken: RefCell<Vec<Envelope>>,
}

impl Broker {
    /// No message yet.
    pub fn new(world: &Rc<World>) -> Rc<Self> {
        Rc::new(Self {
            world: Rc::clone(world),
            taken: RefCell::default(),
        })
    }

    /// Sends a message, as one step.
    ///
    /// # Errors
    ///
    /// `Crashed`. The broker may have taken it.
    pub fn publish(&self, envelope: Envelope) -> Result<(), Crashed> {
        let (id, event) = (envelope.id, envelope.event.clone());
        let sending = format_args!("message {id}, {event:?}");
        self.world
            .step(sending, || self.taken.borrow_mut().push(envelope))
    }

    /// All that the broker has taken, in order.
    pub fn taken(&self) -> Vec<Envelope> {
        self.taken.borrow().clone()
    }
}
