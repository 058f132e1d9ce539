//! A task, and the workflow that it goes through.

use std::error::Error;
use std::fmt;

use super::{TaskId, Timestamp, Title, UserId};

/// A task that has not been given its number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Whose it will be.
    pub owner: UserId,
    /// What it will be called.
    pub title: Title,
    /// When it was asked for.
    pub created: Timestamp,
}

impl Draft {
    /// The task with its number: open, in its first version.
    pub fn numbered(self, id: TaskId) -> Task {
        Task(Facts {
            id,
            owner: self.owner,
            title: self.title,
            state: State::Open,
            created: self.created,
            changed: self.created,
            version: 1,
        })
    }
}

/// A task. Its facts can be read by everyone and changed by its own methods only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task(Facts);

/// What there is to know about a task, as it is stored and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Which task it is.
    pub id: TaskId,
    /// Whose it is.
    pub owner: UserId,
    /// What it is called.
    pub title: Title,
    /// How far it has come.
    pub state: State,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last.
    pub changed: Timestamp,
    /// 1 at first, and one more with each change.
    pub version: u64,
}

/// How far a task has come, and since when where that is not when it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody works on it.
    Open,
    /// Somebody works on it.
    Started {
        /// Since then.
        at: Timestamp,
    },
    /// It is finished.
    Done {
        /// Since then.
        at: Timestamp,
    },
    /// It will not be done.
    Dropped {
        /// Since then.
        at: Timestamp,
    },
}

/// A [`State`] without its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Nobody works on it.
    Open,
    /// Somebody works on it.
    Started,
    /// It is finished.
    Done,
    /// It will not be done.
    Dropped,
}

/// What somebody may want to do with a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Open → started.
    Start,
    /// Started → open.
    PutBack,
    /// Started → done.
    Finish,
    /// Open or started → dropped.
    Drop,
    /// Done or dropped → open.
    Reopen,
}

impl State {
    /// The state without its time.
    pub fn status(self) -> Status {
        match self {
            Self::Open => Status::Open,
            Self::Started { .. } => Status::Started,
            Self::Done { .. } => Status::Done,
            Self::Dropped { .. } => Status::Dropped,
        }
    }

    /// Since when, if that is not when the task was made or put back.
    pub fn since(self) -> Option<Timestamp> {
        match self {
            Self::Open => None,
            Self::Started { at } | Self::Done { at } | Self::Dropped { at } => Some(at),
        }
    }

    /// The whole workflow: what is not here is not allowed.
    fn after(self, step: Step, at: Timestamp) -> Option<Self> {
        match (self.status(), step) {
            (Status::Open, Step::Start) => Some(Self::Started { at }),
            (Status::Started, Step::Finish) => Some(Self::Done { at }),
            (Status::Open | Status::Started, Step::Drop) => Some(Self::Dropped { at }),
            (Status::Started, Step::PutBack) | (Status::Done | Status::Dropped, Step::Reopen) => {
                Some(Self::Open)
            }
            _ => None,
        }
    }
}

impl Task {
    /// A task from what was stored.
    ///
    /// # Errors
    ///
    /// If that contradicts what holds for every task, which no change of ours can have led to.
    pub fn restore(facts: Facts) -> Result<Self, Impossible> {
        let Facts {
            created, changed, ..
        } = facts;
        if facts.version == 0 {
            return Err(Impossible::NoVersion);
        }
        let since = facts.state.since().unwrap_or(created);
        if created <= since && since <= changed {
            Ok(Self(facts))
        } else {
            Err(Impossible::Times)
        }
    }

    /// Everything that there is to know.
    pub fn facts(&self) -> &Facts {
        &self.0
    }

    /// Calls it something else. The title that it has already is no change.
    ///
    /// # Errors
    ///
    /// If it is done or dropped: what is over is not rewritten. The task is as it was.
    pub fn rename(&mut self, title: Title, now: Timestamp) -> Result<(), Refused> {
        let status = self.0.state.status();
        if matches!(status, Status::Done | Status::Dropped) {
            return Err(Refused::Over { status });
        }
        if self.0.title != title {
            self.0.title = title;
            self.touch(now);
        }
        Ok(())
    }

    /// Takes a step of the workflow.
    ///
    /// # Errors
    ///
    /// If the step is not allowed from where the task is. The task is as it was.
    pub fn take(&mut self, step: Step, now: Timestamp) -> Result<(), Refused> {
        let now = self.not_before(now);
        let status = self.0.state.status();
        let refused = Refused::Step { status, step };
        self.0.state = self.0.state.after(step, now).ok_or(refused)?;
        self.touch(now);
        Ok(())
    }

    fn touch(&mut self, now: Timestamp) {
        self.0.changed = self.not_before(now);
        self.0.version += 1;
    }

    /// Clocks are set back; the history of a task is not.
    fn not_before(&self, now: Timestamp) -> Timestamp {
        now.max(self.0.changed)
    }
}

/// Why a task did not do what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The workflow has no such step from there.
    Step {
        /// Where the task is.
        status: Status,
        /// What it was asked for.
        step: Step,
    },
    /// It is over, and can't be changed.
    Over {
        /// Where the task is.
        status: Status,
    },
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step { status, step } => {
                write!(f, "the task is {status}, from where it can't {step}")
            }
            Self::Over { status } => write!(f, "the task is {status}, and can't be changed"),
        }
    }
}

impl Error for Refused {}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Started => "started",
            Self::Done => "done",
            Self::Dropped => "dropped",
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Start => "start",
            Self::PutBack => "be put back",
            Self::Finish => "be finished",
            Self::Drop => "be dropped",
            Self::Reopen => "be reopened",
        })
    }
}

/// Why stored facts are no task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Impossible {
    /// The version is 0.
    NoVersion,
    /// It was changed, or came to its state, before it was made; or it was changed before that.
    Times,
}

impl fmt::Display for Impossible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoVersion => "the stored task has no version",
            Self::Times => "the stored task's times contradict each other",
        })
    }
}

impl Error for Impossible {}
