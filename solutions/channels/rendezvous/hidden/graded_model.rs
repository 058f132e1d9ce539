//! The same promises for other calls.
//!
//! This crate takes `src/handover.rs` in a second time. There `crate::sync` is the module below: the types
//! of loom, a model checker, with a record of what each step did.

#[path = "../src/handover.rs"]
mod handover;

mod sync {
    pub use probes::model::sync::{Condvar, Mutex, MutexGuard, PoisonError};
}

use std::fmt;

use handover::Handover;
use probes::model::sync::Arc;
use probes::model::{Model, Source, thread};

use Call::{Close, Give, Take};

const SOURCE: Source = Source::new("src/handover.rs", include_str!("../src/handover.rs"));

#[test]
fn a_giver_who_comes_again_is_answered_again() {
    explore(&[Give(1), Give(2)], &[Take, Close], &[]);
}

#[test]
fn a_taker_who_comes_again_gets_the_next() {
    explore(&[Take, Take], &[Give(1)], &[Give(2)]);
}

#[test]
fn closing_twice_is_closing_once() {
    explore(&[Give(1)], &[Close, Take], &[Close]);
}

/// What a thread does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Give(u32),
    Take,
    Close,
}

impl Call {
    fn on(self, handover: &Handover<u32>) -> Answer {
        match self {
            Give(ride) => Answer::Given(ride, handover.give(ride)),
            Take => Answer::Taken(handover.take()),
            Close => {
                handover.close();
                Answer::Closed
            }
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Give(ride) => write!(f, "give({ride})"),
            Take => f.write_str("take()"),
            Close => f.write_str("close()"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Given(u32, Result<(), u32>),
    Taken(Option<u32>),
    Closed,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Given(ride, answer) => write!(f, "give({ride}) returns {answer:?}"),
            Answer::Taken(answer) => write!(f, "take() returns {answer:?}"),
            Answer::Closed => f.write_str("close() returns"),
        }
    }
}

/// What is wrong with these answers, if anything is. It does not depend on the calls: a ride is with the
/// one who took it or with the one who gave it, and nobody is refused by a handover that is open.
fn wrong_with(answers: &[Answer]) -> Option<String> {
    let closes = answers.contains(&Answer::Closed);
    let times_taken = |ride| {
        answers
            .iter()
            .filter(|&&answer| answer == Answer::Taken(Some(ride)))
            .count()
    };
    for answer in answers {
        let wrong = match *answer {
            Answer::Given(ride, Ok(())) if times_taken(ride) == 0 => {
                format!("ride {ride} counts as handed over, and nobody has taken it")
            }
            Answer::Given(ride, Err(back)) if back != ride => {
                format!("the giver of ride {ride} got ride {back} back")
            }
            Answer::Given(ride, Err(_)) if times_taken(ride) > 0 => {
                format!("ride {ride} was taken, and given back as well")
            }
            Answer::Given(ride, Err(_)) if !closes => {
                format!("ride {ride} was refused, and nobody closes")
            }
            Answer::Given(ride, _) if times_taken(ride) > 1 => {
                format!("ride {ride} was taken twice")
            }
            Answer::Taken(None) if !closes => "a taker was sent away, and nobody closes".to_owned(),
            _ => continue,
        };
        return Some(wrong);
    }
    None
}

/// Lets loom run A and B beside each other and beside the main thread, and judges the answers.
///
/// Either thread is A once. Loom starts with A, and of the orders in which B comes first it leaves some
/// out (its issue 166).
fn explore(one: &'static [Call], other: &'static [Call], main: &'static [Call]) {
    // A lock of std inside of a model would stop the one thread that runs all of them, for ever.
    if let Some((place, text)) = SOURCE.first_with(&["std::sync", "thread::", "spin_loop"]) {
        panic!("{place} must wait with the types of crate::sync alone: {text}");
    }
    explore_as(one, other, main);
    explore_as(other, one, main);
}

fn explore_as(a: &'static [Call], b: &'static [Call], main: &'static [Call]) {
    let mut model = Model::new().naming(&SOURCE).steps_at_most(120);
    // Three threads have too many orders for all of them.
    if !main.is_empty() {
        model = model.preemptions_at_most(1);
    }
    let explored = model.explore(move || {
        let handover = Arc::new(Handover::new());
        let [a, b] = [("A", a), ("B", b)].map(|(name, calls)| {
            let handover = Arc::clone(&handover);
            thread::spawn(name, move || all(calls, &handover))
        });
        let main = all(main, &handover);
        [a.join(), b.join(), main].concat()
    });

    let mut calls = format!("A calls {} while B calls {}", list(a), list(b));
    if !main.is_empty() {
        calls = format!("{calls} and main calls {}", list(main));
    }
    let explored = explored.unwrap_or_else(|failure| {
        panic!("{calls}\n  each call must get an answer, and here:\n  {failure}")
    });
    assert!(
        explored.took_steps(&["A", "B"]),
        "{calls}\n  loom saw no step of A or B: src/handover.rs must take its lock from crate::sync"
    );
    if let Some(wrong) = explored.find(|answers| wrong_with(answers).is_some()) {
        let why = wrong_with(&wrong.outcome).unwrap_or_default();
        panic!(
            "{calls}\n  {}\n  {why}\n\n{}",
            list(&wrong.outcome),
            wrong.steps
        );
    }
}

fn all(calls: &[Call], handover: &Handover<u32>) -> Vec<Answer> {
    calls.iter().map(|call| call.on(handover)).collect()
}

fn list<T: fmt::Display>(items: &[T]) -> String {
    let items: Vec<_> = items.iter().map(T::to_string).collect();
    items.join(", ")
}
