//! Reads and writes of the value, as the replicas' answers come in. Nothing here waits or sends: whoever uses
//! this does.

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
        if !possible.contains(&read) || !possible.contains(&write) {
            return Err(NoOverlap);
        }
        Ok(Self {
            replicas,
            read,
            write,
        })
    }

    /// So many replicas.
    pub fn replicas(self) -> usize {
        self.replicas
    }
}

/// A read or a write that is under way.
#[derive(Debug)]
pub struct Operation {
    config: Config,
    /// What is to be written, and by which write.
    writes: Option<(u64, u64)>,
    storing: bool,
    answers: usize,
    latest: (Version, u64),
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
    pub fn answer(&mut self, _from: usize, answer: Answer) -> Step {
        self.answers += 1;
        if let Answer::Has { version, value } = answer {
            self.latest = self.latest.max((version, value));
        }
        let (Version { counter, .. }, latest) = self.latest;
        match self.writes {
            None if self.answers == self.config.read => Step::Done(latest),
            Some((writer, value)) if !self.storing && self.answers == self.config.read => {
                self.storing = true;
                self.answers = 0;
                let version = Version {
                    counter: counter + 1,
                    writer,
                };
                Step::Send(Request::Put { version, value })
            }
            Some((_, value)) if self.storing && self.answers == self.config.write => {
                Step::Done(value)
            }
            _ => Step::Wait,
        }
    }

    fn begin(config: Config, writes: Option<(u64, u64)>) -> (Self, Request) {
        let operation = Self {
            config,
            writes,
            storing: false,
            answers: 0,
            latest: (Version::default(), 0),
        };
        (operation, Request::Get)
    }
}
