//! A job, and what can become of it. No clock and no storage: whoever calls brings the time.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::time::Timestamp;

/// Names a job for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(u64);

impl JobId {
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    pub const fn get(self) -> u64 {
        self.0
    }
}

/// Names one lease of a job. A worker shows it with each answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(u64);

impl Fence {
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Work {
    /// Which handler it is for.
    pub kind: String,
    /// What the handler needs to know.
    pub payload: String,
    /// It is handed out so often at most.
    pub attempts: NonZeroU32,
}

impl Work {
    /// With five attempts.
    pub fn new(kind: impl Into<String>, payload: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            payload: payload.into(),
            attempts: NonZeroU32::MIN.saturating_add(4),
        }
    }

    pub fn attempts(self, attempts: NonZeroU32) -> Self {
        Self { attempts, ..self }
    }
}

/// Where a job stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// May be handed out, from then on.
    Ready { at: Timestamp },
    /// A worker has it to itself, and at `until` no longer.
    Leased { until: Timestamp },
    /// For good.
    Done { at: Timestamp },
    /// Set aside, until an operator revives it.
    Dead { at: Timestamp, cause: Cause },
    /// For good, and not done: nobody wants it any more.
    Cancelled { at: Timestamp },
}

/// Why a job was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// Its worker has said so, and why.
    Failed(String),
    /// The worker of its last attempt has said nothing until the lease was over.
    Silent,
}

/// What happens to a job, but for being leased.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// The worker is alive: its lease lasts for `length` from now.
    Extend { fence: Fence, length: Duration },
    /// The job is done.
    Complete { fence: Fence },
    /// This attempt has failed.
    Fail {
        fence: Fence,
        why: String,
        next: Next,
    },
    /// The worker has not begun, and will not.
    GiveBack { fence: Fence },
    /// An operator wants a dead job tried again.
    Revive,
    /// Nobody wants it done any more. Who has it is not asked, and finds its lease gone.
    Cancel,
}

/// What a failure means for the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// There may be one, from then on.
    Again { at: Timestamp },
    /// It would fail as well.
    Never,
}

/// Why a job is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// It can't be leased now.
    NotReady,
    /// The lease of that fence is over.
    Gone,
    /// Only dead jobs can be revived.
    NotDead,
    /// There is no such job.
    Missing,
    /// What is done can't be cancelled.
    Over,
}

/// One job. Fields are private: it changes by [`lease`](Job::lease) and [`apply`](Job::apply), or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    id: JobId,
    work: Work,
    created: Timestamp,
    state: State,
    /// Handed out so often, since it was made or revived.
    attempts: u32,
    /// Leases that were ever given. Never starts again: a worker may answer after any time.
    leases: u64,
}

impl Job {
    /// Ready from now on.
    pub fn new(id: JobId, work: Work, now: Timestamp) -> Self {
        Self {
            id,
            work,
            created: now,
            state: State::Ready { at: now },
            attempts: 0,
            leases: 0,
        }
    }

    /// As a store has kept it.
    pub(crate) fn restore(draft: Self, state: State, attempts: u32, leases: u64) -> Self {
        Self {
            state,
            attempts,
            leases,
            ..draft
        }
    }

    /// The last change, without what the time has made of it since. For stores: everybody else asks for
    /// [`state`](Self::state).
    pub(crate) fn stored(&self) -> &State {
        &self.state
    }

    pub fn id(&self) -> JobId {
        self.id
    }

    pub fn work(&self) -> &Work {
        &self.work
    }

    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// How often it was handed out, since it was made or revived.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The lease that was given last, if any was.
    pub fn fence(&self) -> Option<Fence> {
        (self.leases > 0).then_some(Fence(self.leases))
    }

    /// Where it stands at that time.
    ///
    /// Nobody is there when a lease ends. So what is kept is the last change, and what the time has made of it
    /// is computed: no sweeper that could be late, and one answer for all who ask.
    pub fn state(&self, now: Timestamp) -> State {
        match &self.state {
            State::Leased { until } if *until <= now => {
                if self.attempts < self.work.attempts.get() {
                    State::Ready { at: *until }
                } else {
                    State::Dead {
                        at: *until,
                        cause: Cause::Silent,
                    }
                }
            }
            state => state.clone(),
        }
    }

    /// Hands it out.
    ///
    /// # Errors
    ///
    /// `NotReady`.
    pub fn lease(&mut self, now: Timestamp, length: Duration) -> Result<Fence, Refused> {
        match self.state(now) {
            State::Ready { at } if at <= now => {}
            _ => return Err(Refused::NotReady),
        }
        // Counted when it is handed out: a worker that this job kills reports nothing.
        self.attempts += 1;
        self.leases += 1;
        let until = now.after(length);
        self.state = State::Leased { until };
        Ok(Fence(self.leases))
    }

    /// Makes the change, or none.
    ///
    /// # Errors
    ///
    /// `Gone`, `NotDead` for `Revive`, or `Over` for `Cancel`.
    pub fn apply(&mut self, change: &Change, now: Timestamp) -> Result<(), Refused> {
        match change {
            Change::Extend { fence, length } => {
                let until = self.held(*fence, now)?;
                // Never earlier than promised: a worker has planned by it, whatever the clock does.
                let until = until.max(now.after(*length));
                self.state = State::Leased { until };
            }
            // The answer to the first time may have been lost. Who asks again learns what is true.
            Change::Complete { fence } if self.completed_by(*fence) => {}
            Change::Complete { fence } => {
                self.held(*fence, now)?;
                self.state = State::Done { at: now };
            }
            Change::Fail { fence, why, next } => {
                self.held(*fence, now)?;
                self.state = match next {
                    Next::Again { at } if self.attempts < self.work.attempts.get() => {
                        State::Ready { at: *at }
                    }
                    _ => State::Dead {
                        at: now,
                        cause: Cause::Failed(why.clone()),
                    },
                };
            }
            Change::GiveBack { fence } => {
                self.held(*fence, now)?;
                self.attempts -= 1;
                self.state = State::Ready { at: now };
            }
            Change::Revive => {
                let State::Dead { .. } = self.state(now) else {
                    return Err(Refused::NotDead);
                };
                self.attempts = 0;
                self.state = State::Ready { at: now };
            }
            Change::Cancel => match self.state {
                // The answer to the first time may have been lost, as with a completion.
                State::Dead { .. } => {}
                State::Done { .. } => return Err(Refused::Over),
                _ => {
                    let cause = Cause::Failed("cancelled".to_owned());
                    self.state = State::Dead { at: now, cause };
                }
            },
        }
        Ok(())
    }

    /// The end of the lease, if it is the one of that fence and not over.
    fn held(&self, fence: Fence, now: Timestamp) -> Result<Timestamp, Refused> {
        match self.state {
            State::Leased { until } if fence.get() == self.leases && now < until => Ok(until),
            _ => Err(Refused::Gone),
        }
    }

    fn completed_by(&self, fence: Fence) -> bool {
        matches!(self.state, State::Done { .. }) && fence.get() == self.leases
    }
}
