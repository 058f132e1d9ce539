//! Reads and writes of the value, as the replicas' answers come in. Nothing here waits or sends: whoever uses
//! this does.

use std::collections::BTreeSet;

use crate::{Answer, Request, Version};

/// How many replicas there are, and of how many a read and a write need an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    replicas: usize,
    read: usize,
    write: usize,
}

/// A read would not be sure to ask one of the replicas that a write has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoOverlap;

/// What to do after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Wait for more answers.
    Wait,
    /// Send this to all replicas.
    Send(Request),
    /// The operation is over: the value that was read, or written.
    Done(u64),
}

impl Config {
    /// Numbers that make sense together.
    ///
    /// # Errors
    ///
    /// `NoOverlap`.
    pub fn new(replicas: usize, read: usize, write: usize) -> Result<Self, NoOverlap> {
        let possible = 1..=replicas;
        // So many that two such sets can't pass each other by.
        let overlap =
            possible.contains(&read) && possible.contains(&write) && read + write >= replicas;
        let config = Self {
            replicas,
            read,
            write,
        };
        overlap.then_some(config).ok_or(NoOverlap)
    }

    /// So many replicas.
    pub fn replicas(self) -> usize {
        self.replicas
    }
}

/// A read or a write that is under way. Both ask first and store then; they differ in what they store.
#[derive(Debug)]
pub struct Operation {
    config: Config,
    /// What is to be written, and by which write.
    writes: Option<(u64, u64)>,
    phase: Phase,
    /// Who has answered in this phase. Replicas, and not answers: the network doubles some.
    answered: BTreeSet<usize>,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    Asking { latest: (Version, u64) },
    Storing { value: u64 },
    Over,
}

impl Operation {
    /// Begins to read. The request goes to all replicas.
    pub fn read(config: Config) -> (Self, Request) {
        Self::begin(config, None)
    }

    /// Begins to write `value`. No other write has the number `writer`. The request goes to all replicas.
    pub fn write(config: Config, writer: u64, value: u64) -> (Self, Request) {
        Self::begin(config, Some((writer, value)))
    }

    /// A replica has answered.
    pub fn answer(&mut self, from: usize, answer: Answer) -> Step {
        match (&mut self.phase, answer) {
            (Phase::Asking { latest }, Answer::Has { version, value }) => {
                *latest = (*latest).max((version, value));
                let latest = *latest;
                self.answered.insert(from);
                if self.answered.len() < self.config.read {
                    return Step::Wait;
                }
                self.answered.clear();
                let (version, value) = self.to_store(latest);
                self.phase = Phase::Storing { value };
                Step::Send(Request::Put { version, value })
            }
            (&mut Phase::Storing { value }, Answer::Kept) => {
                self.answered.insert(from);
                if self.answered.len() < self.config.write {
                    return Step::Wait;
                }
                self.phase = Phase::Over;
                Step::Done(value)
            }
            // Of the phase before, or of no use any more.
            _ => Step::Wait,
        }
    }

    /// A write stores what is later than everything that it has seen. A read stores what it has seen: the write
    /// of it may have reached few replicas, and the next read must not miss it.
    fn to_store(&self, (latest, seen): (Version, u64)) -> (Version, u64) {
        match self.writes {
            None => (latest, seen),
            Some((writer, value)) => {
                let counter = latest.counter + 1;
                (Version { counter, writer }, value)
            }
        }
    }

    fn begin(config: Config, writes: Option<(u64, u64)>) -> (Self, Request) {
        let operation = Self {
            config,
            writes,
            phase: Phase::Asking {
                latest: (Version::default(), 0),
            },
            answered: BTreeSet::new(),
        };
        (operation, Request::Get)
    }
}
