//! The record of the execution that runs now: its threads, what they know, and the steps that they took.
//!
//! Loom runs every thread of a model on the thread that explores, so one record per system thread is
//! enough, and it needs no lock.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use loom::thread::ThreadId;

use super::capture;
use super::clock::{Clock, Knowledge};
use super::source::Source;
use super::steps::{Step, Steps};

/// How the message starts when an execution has too many steps.
pub(super) const ENDLESS: &str = "this execution does not end";

/// What the steps are shown with.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    pub(super) names: Option<Source>,
    pub(super) orderings: bool,
}

/// A thread of the model, as the record knows it.
pub(super) struct Thread {
    id: ThreadId,
    name: String,
    pub(super) knowledge: Knowledge,
    pub(super) waits: Option<Waits>,
}

/// What a thread waits for, to be said if it waits for ever.
pub(super) struct Waits {
    pub(super) what: String,
    /// Where that is a lock: who holds it, looked up at the end.
    pub(super) holder: Option<Holder>,
    pub(super) place: &'static Location<'static>,
}

/// The number of the thread that holds a lock.
pub(super) type Holder = Arc<Mutex<Option<usize>>>;

/// How far the execution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Running, or panicking for a reason of its own, which a model may catch.
    Running,
    /// Stopped by loom or by the record.
    Stopped,
    /// Stopped, because every thread waits.
    Deadlocked,
}

/// The record of the execution that runs now.
#[derive(Default)]
pub(super) struct Record {
    pub(super) style: Style,
    limit: usize,
    steps: Vec<Step>,
    pub(super) threads: Vec<Thread>,
    /// What the access was that loom may be about to reject as a data race.
    race: Option<String>,
    endless: bool,
}

thread_local! {
    static RECORD: RefCell<Record> = RefCell::default();
    static STATE: Cell<State> = const { Cell::new(State::Running) };
}

/// Empties the record: an execution starts on this thread.
pub(super) fn start(style: Style, limit: usize) {
    STATE.set(State::Running);
    capture::forget();
    RECORD.set(Record {
        style,
        limit,
        ..Record::default()
    });
    // The first thread to be known is the one that has no name.
    with(|_, _| ());
}

/// The steps so far.
pub(super) fn steps() -> Steps {
    RECORD.with_borrow(|record| Steps {
        steps: record.steps.clone(),
        threads: record.threads.iter().map(|t| t.name.clone()).collect(),
        waiting: match STATE.get() {
            State::Deadlocked => record.waiting(),
            State::Running | State::Stopped => Vec::new(),
        },
        endless: record.endless,
        detailed: record.style.orderings || record.style.names.is_some(),
    })
}

/// The execution was stopped.
pub(super) fn stop(state: State) {
    STATE.set(state);
}

/// Whether the execution was stopped. Then nothing goes on but cleaning up, and loom must not be asked any
/// more: it would panic a second time, which ends the process without a report.
pub(super) fn stopped() -> bool {
    STATE.get() != State::Running
}

/// The record, and the number of the thread that asks.
pub(super) fn with<T>(act: impl FnOnce(&mut Record, usize) -> T) -> T {
    let current = loom::thread::current();
    RECORD.with_borrow_mut(|record| {
        let known = record.threads.iter().position(|t| t.id == current.id());
        let me = known.unwrap_or_else(|| {
            let number = record.threads.len();
            let name = match current.name() {
                Some(name) => name.to_owned(),
                None if number == 0 => "main".to_owned(),
                None => format!("T{number}"),
            };
            record.threads.push(Thread {
                id: current.id(),
                name,
                knowledge: Knowledge::default(),
                waits: None,
            });
            number
        });
        act(record, me)
    })
}

/// What the thread that asks knows.
pub(super) fn knowledge() -> Clock {
    with(|record, me| record.threads[me].knowledge.now)
}

/// The thread that asks starts, or goes on, after another that knew this.
pub(super) fn goes_on_after(clock: &Clock) {
    with(|record, me| record.threads[me].knowledge.now.join(clock));
}

/// The thread that asks is about to wait for this, or does not wait any more.
pub(super) fn waits(waits: Option<Waits>) {
    with(|record, me| record.threads[me].waits = waits);
}

/// The data race that loom has found: the last access noted.
pub(super) fn race() -> String {
    let race = RECORD.with_borrow(|record| record.race.clone());
    // Two writes of one value look alike here, and not to loom.
    race.unwrap_or_else(|| {
        "a data race in the last step, which nothing orders after another thread's access"
            .to_owned()
    })
}

impl Record {
    /// The name of what is made at a place, if names are to be shown.
    pub(super) fn name_at(&self, place: &Location<'_>) -> Option<&'static str> {
        self.style.names.as_ref()?.name_at(place)
    }

    /// What a thread is called.
    pub(super) fn name_of(&self, thread: usize) -> &str {
        &self.threads[thread].name
    }

    /// A thread passes a fence. Returns whose steps it knows of by that, and did not before.
    pub(super) fn fence(&mut self, thread: usize, order: Ordering) -> Vec<&str> {
        let knowledge = &mut self.threads[thread].knowledge;
        let before = knowledge.now;
        knowledge.fence(order);
        let after = knowledge.now;
        let news = |other: &usize| *other != thread && after.is_ahead_of(&before, *other);
        let others = (0..self.threads.len()).filter(news);
        others.map(|other| self.name_of(other)).collect()
    }

    /// Adds a step, and returns its number.
    ///
    /// # Panics
    ///
    /// Panics if the execution has too many steps by now.
    pub(super) fn add(&mut self, thread: usize, step: Step) -> usize {
        let number = self.steps.len();
        self.steps.push(step.by(thread));
        // Not while another panic cleans up: two at once end the process.
        if self.steps.len() >= self.limit && !std::thread::panicking() {
            self.endless = true;
            panic!("{ENDLESS}, {} steps are enough", self.limit);
        }
        number
    }

    /// Who waits for what.
    fn waiting(&self) -> Vec<Step> {
        let mut lines = Vec::new();
        for (thread, known) in self.threads.iter().enumerate() {
            let Some(waits) = &known.waits else { continue };
            let holder = waits.holder.as_ref();
            let holder =
                holder.and_then(|holder| *holder.lock().unwrap_or_else(PoisonError::into_inner));
            let what = match holder {
                Some(holder) if holder == thread => {
                    format!("{}, which it holds itself", waits.what)
                }
                Some(holder) => format!("{}, which {} holds", waits.what, self.name_of(holder)),
                None => waits.what.clone(),
            };
            lines.push(Step::new(what).by(thread).at(waits.place));
        }
        lines
    }

    /// Says more exactly what a step did.
    pub(super) fn amend(&mut self, number: usize, what: String) {
        self.steps[number].amend(what);
    }

    /// Says what to call it if loom rejects the next access as a data race.
    pub(super) fn suspect(&mut self, race: Option<String>) {
        self.race = race;
    }
}
