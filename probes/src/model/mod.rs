//! Runs a few threads in every order that their steps can have, and shows what went wrong in words.
//!
//! Loom explores; this module writes down. It has loom's types under the names that std gives them
//! ([`sync`], [`cell`], [`thread`], [`hint`]), each with a record of what every step did, on which line of
//! the learner's file. The learner's file takes its types from a module of its own, `crate::sync`. The
//! library fills that module from std; a test file fills it from here and takes the learner's file in a
//! second time:
//!
//! ```ignore
//! #[path = "../src/counter.rs"]
//! mod counter;
//!
//! mod sync {
//!     pub use probes::model::sync::atomic;
//! }
//!
//! use probes::model::sync::Arc;
//! use probes::model::{Model, thread};
//!
//! #[test]
//! fn two_at_once_both_count() {
//!     let explored = Model::new().explore(|| {
//!         let counter = Arc::new(counter::Counter::new());
//!         let [a, b] = ["A", "B"].map(|name| {
//!             let counter = Arc::clone(&counter);
//!             thread::spawn(name, move || counter.add(1))
//!         });
//!         a.join();
//!         b.join();
//!         counter.get()
//!     });
//!     let explored = explored.unwrap_or_else(|failure| panic!("A and B add 1 each\n  {failure}"));
//!     assert!(explored.took_steps(&["A", "B"]), "src/counter.rs must count with crate::sync");
//!     if let Some(wrong) = explored.find(|&sum| sum != 2) {
//!         panic!("A and B add 1 each\n  the sum is {}\n\n{}", wrong.outcome, wrong.steps);
//!     }
//! }
//! ```
//!
//! Where an assertion inside of the model says enough, [`Model::check`] is shorter.
//!
//! # What a green model says
//!
//! It covers every order of the steps *of loom's types*, and with a relaxed load every old value that the
//! load may still return. It is an answer for these threads and these calls: keep to two threads and a
//! few steps each. Some orders are left out (loom's issue 166): of two threads, explore each as the one
//! that is spawned first. `SeqCst` is treated as acquire and release together, so an old value may be
//! shown where hardware would not return it.
//!
//! Loom runs all threads of a model in turn on one thread of the system, and switches before a step,
//! never behind it. So the record has the steps in the order in which they happened, and code of std that
//! blocks (`std::sync::Mutex`) blocks for ever.

mod capture;
pub mod cell;
mod clock;
mod explored;
pub mod hint;
mod record;
mod source;
mod steps;
pub mod sync;
pub mod thread;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

pub use explored::{Example, Explored};
pub use source::Source;
pub use steps::Steps;

use record::Style;

/// How to explore, and what to show.
#[derive(Debug, Clone)]
pub struct Model {
    style: Style,
    steps_at_most: usize,
    preemptions_at_most: Option<usize>,
}

/// An execution that did not come to an end: a panic, a data race, a deadlock, or no end at all.
/// Displayed as the reason, a blank line, and the steps.
#[derive(Debug, Clone)]
pub struct Failure {
    why: String,
    steps: Steps,
}

impl Model {
    /// Shows values and places, and takes an execution of 40 steps for one that does not end.
    #[must_use]
    pub fn new() -> Self {
        Self {
            style: Style::default(),
            steps_at_most: 40,
            preemptions_at_most: None,
        }
    }

    /// Shows the names of the fields and variables that a step touches, as this source has them.
    #[must_use]
    pub fn naming(mut self, source: &Source) -> Self {
        self.style.names = Some(source.clone());
        self
    }

    /// Shows the `Ordering` of each step, and for each read what else it brings along.
    #[must_use]
    pub fn showing_orderings(mut self) -> Self {
        self.style.orderings = true;
        self
    }

    /// Takes an execution for endless once it has this many steps.
    #[must_use]
    pub fn steps_at_most(mut self, steps: usize) -> Self {
        self.steps_at_most = steps;
        self
    }

    /// Leaves out orders that take a thread its turn more often than this, while it could go on; to wait is
    /// not counted. For models of three threads, which take minutes without: nearly all that goes wrong
    /// does so with two.
    #[must_use]
    pub fn preemptions_at_most(mut self, preemptions: usize) -> Self {
        self.preemptions_at_most = Some(preemptions);
        self
    }

    /// Runs the model in every order, and returns the outcomes with an example of each.
    ///
    /// The model starts threads by [`thread::spawn`] and joins them. It runs many times, so whatever it
    /// uses must be made inside, and it must do the same each time.
    ///
    /// # Errors
    ///
    /// The first execution that did not come to an end.
    pub fn explore<T, F>(&self, model: F) -> Result<Explored<T>, Failure>
    where
        T: PartialEq + Send + 'static,
        F: Fn() -> T + Send + Sync + 'static,
    {
        // Of std, not of loom: what is collected here is no part of the model.
        let explored = Arc::new(Mutex::new(Explored::none()));
        let collected = Arc::clone(&explored);
        let (style, limit) = (self.style.clone(), self.steps_at_most);
        let run = move || {
            record::start(style.clone(), limit);
            let outcome = model();
            collected
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .add(outcome, record::steps());
        };
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = self.preemptions_at_most.or(builder.preemption_bound);
        let listening = capture::listen();
        let ended = catch_unwind(AssertUnwindSafe(|| builder.check(run)));
        if let Err(panic) = ended {
            return Err(Failure {
                why: listening.reason(&*panic),
                steps: record::steps(),
            });
        }
        let mut explored = explored.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::replace(&mut *explored, Explored::none()))
    }

    /// Runs the model in every order, for models that assert by themselves. The title says who calls
    /// what.
    ///
    /// # Panics
    ///
    /// Panics with the title, the reason and the steps of the first execution that did not come to an
    /// end.
    #[track_caller]
    pub fn check<F>(&self, title: &str, model: F)
    where
        F: Fn() + Send + Sync + 'static,
    {
        if let Err(failure) = self.explore(model) {
            panic!("{title}\n  {failure}");
        }
    }
}

impl Default for Model {
    fn default() -> Self {
        Self::new()
    }
}

impl Failure {
    /// What happened, on one line unless it is the message of a panic.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.why
    }

    /// What the threads did until then.
    #[must_use]
    pub fn steps(&self) -> &Steps {
        &self.steps
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A reason of several lines, as `assert_eq` has it, ends in a value.
        let end = if self.why.contains('\n') { "" } else { ":" };
        write!(f, "{}{end}\n\n{}", self.why, self.steps)
    }
}

impl std::error::Error for Failure {}
