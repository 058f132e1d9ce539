//! Runs two threads in an order that somebody has written down. Each load and each store of [`atomic`] is a step, and
//! waits for its turn.

use std::cell::RefCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// What both have returned, and what they did.
pub struct Played<A, B> {
    pub a: A,
    pub b: B,
    pub steps: String,
}

/// The order could not be kept.
pub struct OutOfTurn {
    pub why: String,
    pub steps: String,
}

/// Runs A beside B. A turn is a letter.
pub fn play<A: Send, B: Send>(
    turns: &str,
    a: impl FnOnce() -> A + Send,
    b: impl FnOnce() -> B + Send,
) -> Result<Played<A, B>, OutOfTurn> {
    let baton = Arc::new(Baton::new(turns));
    let (a, b) = thread::scope(|scope| {
        let b = scope.spawn(|| baton.hold('B', b));
        (baton.hold('A', a), b.join())
    });
    let mut state = baton.state();
    if state.broken.is_none() && state.at < state.turns.len() {
        state.broken = Some(format!(
            "turn {} is {}'s, and both have returned by then",
            state.at + 1,
            state.turns[state.at]
        ));
    }
    let steps = state.steps.join("\n");
    match (a, b, state.broken.take()) {
        (Some(a), Ok(Some(b)), None) => Ok(Played { a, b, steps }),
        (_, _, why) => Err(OutOfTurn {
            why: why.unwrap_or_else(|| "a thread panicked".to_owned()),
            steps,
        }),
    }
}

impl fmt::Display for OutOfTurn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n\n{}", self.why, self.steps)
    }
}

thread_local! {
    static PLAYER: RefCell<Option<(Arc<Baton>, char)>> = const { RefCell::new(None) };
}

struct Baton {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    turns: Vec<char>,
    at: usize,
    returned: Vec<char>,
    steps: Vec<String>,
    broken: Option<String>,
}

/// Unwinds a thread whose order is broken, without a message of its own.
struct Stopped;

impl Baton {
    fn new(turns: &str) -> Self {
        Self {
            state: Mutex::new(State {
                turns: turns.chars().filter(|turn| !turn.is_whitespace()).collect(),
                at: 0,
                returned: Vec::new(),
                steps: Vec::new(),
                broken: None,
            }),
            changed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a thread's work under this name.
    fn hold<T>(self: &Arc<Self>, name: char, work: impl FnOnce() -> T) -> Option<T> {
        PLAYER.set(Some((Arc::clone(self), name)));
        let result = catch_unwind(AssertUnwindSafe(work));
        PLAYER.set(None);
        let mut state = self.state();
        state.returned.push(name);
        self.changed.notify_all();
        match result {
            Ok(result) => Some(result),
            Err(panic) if panic.is::<Stopped>() => None,
            Err(panic) => {
                state.broken = Some(format!("{name} panicked"));
                drop(state);
                resume_unwind(panic)
            }
        }
    }

    /// Waits for this thread's turn, and takes the step.
    fn step<T>(&self, name: char, step: impl FnOnce() -> (T, String)) -> T {
        let mut state = self.state();
        loop {
            if state.broken.is_some() {
                drop(state);
                resume_unwind(Box::new(Stopped));
            }
            let next = state.turns.get(state.at).copied();
            if next == Some(name) {
                break;
            }
            let number = state.at + 1;
            state.broken = match next {
                None => Some(format!(
                    "the schedule ends after {} turns, and {name} has another step to take",
                    state.at
                )),
                Some(other) if state.returned.contains(&other) => Some(format!(
                    "turn {number} is {other}'s, who has returned by then; {name} has steps to take"
                )),
                Some('A' | 'B') => None,
                Some(other) => Some(format!("turn {number} is `{other}`; there are A and B")),
            };
            if state.broken.is_some() {
                self.changed.notify_all();
            } else {
                state = self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        }
        state.at += 1;
        let (result, what) = step();
        let line = format!("    {name}  {what}");
        state.steps.push(line);
        self.changed.notify_all();
        result
    }
}

fn step<T>(step: impl FnOnce() -> (T, String)) -> T {
    match PLAYER.with_borrow(Clone::clone) {
        Some((baton, name)) => baton.step(name, step),
        // Before and behind the race.
        None => step().0,
    }
}

/// In the place of `std::sync::atomic`.
pub mod atomic {
    use std::panic::Location;
    pub use std::sync::atomic::Ordering;

    #[derive(Debug)]
    pub struct AtomicU32(std::sync::atomic::AtomicU32);

    impl AtomicU32 {
        pub fn new(value: u32) -> Self {
            Self(std::sync::atomic::AtomicU32::new(value))
        }

        #[track_caller]
        pub fn load(&self, order: Ordering) -> u32 {
            let line = Location::caller().line();
            super::step(|| {
                let value = self.0.load(order);
                (
                    value,
                    format!("{:<12} stock.rs:{line}", format!("reads {value}")),
                )
            })
        }

        #[track_caller]
        pub fn store(&self, value: u32, order: Ordering) {
            let line = Location::caller().line();
            super::step(|| {
                self.0.store(value, order);
                (
                    (),
                    format!("{:<12} stock.rs:{line}", format!("writes {value}")),
                )
            });
        }
    }
}
