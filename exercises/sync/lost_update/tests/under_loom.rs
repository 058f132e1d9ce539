//! What two callers at once see, in every order that their steps can have.
//!
//! This crate takes `src/credits.rs` in a second time. There `crate::sync` is the module below: the
//! atomics of loom, a model checker, with a record of what each step did.

#[path = "../src/credits.rs"]
mod credits;

mod sync {
    pub use probes::model::sync::atomic;
}

use std::fmt;

use credits::Credits;
use probes::model::sync::Arc;
use probes::model::{Model, Source, thread};

#[test]
fn two_top_ups_both_count() {
    explore(100, Call::Grant(10), Call::Grant(1));
}

#[test]
fn a_top_up_beside_a_spend_counts() {
    explore(5, Call::Grant(3), Call::Spend(2));
}

#[test]
fn the_last_credit_is_spent_once() {
    explore(1, Call::Spend(1), Call::Spend(1));
}

#[test]
fn two_spends_that_are_covered_both_succeed() {
    explore(5, Call::Spend(2), Call::Spend(2));
}

#[test]
fn a_refused_spend_disturbs_nobody() {
    explore(1, Call::Spend(2), Call::Spend(1));
    explore(1, Call::Spend(2), Call::Spend(2));
    explore(1, Call::Spend(2), Call::Left);
}

/// What one thread does.
#[derive(Debug, Clone, Copy)]
enum Call {
    Grant(u32),
    Spend(u32),
    Left,
}

impl Call {
    fn on(self, credits: &Credits) -> Answer {
        match self {
            Call::Grant(amount) => {
                credits.grant(amount);
                Answer::Granted
            }
            Call::Spend(amount) => Answer::Spent(credits.spend(amount)),
            Call::Left => Answer::Left(credits.left()),
        }
    }

    /// The same without threads: the balance after, and the answer.
    fn alone(self, left: u64) -> (u64, Answer) {
        match self {
            Call::Grant(amount) => (left + u64::from(amount), Answer::Granted),
            Call::Spend(amount) => match left.checked_sub(u64::from(amount)) {
                Some(rest) => (rest, Answer::Spent(true)),
                None => (left, Answer::Spent(false)),
            },
            Call::Left => (left, Answer::Left(left)),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Call::Grant(amount) => write!(f, "grant({amount})"),
            Call::Spend(amount) => write!(f, "spend({amount})"),
            Call::Left => f.write_str("left()"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Granted,
    Spent(bool),
    Left(u64),
}

/// How an execution ends: what A and B were answered, and the balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Outcome {
    a: Answer,
    b: Answer,
    left: u64,
}

impl Outcome {
    /// The outcomes of the calls one after the other, in both orders.
    fn in_turn(left: u64, a: Call, b: Call) -> [Outcome; 2] {
        let (middle, first) = a.alone(left);
        let (end, second) = b.alone(middle);
        let a_then_b = Outcome {
            a: first,
            b: second,
            left: end,
        };
        let (middle, first) = b.alone(left);
        let (end, second) = a.alone(middle);
        let b_then_a = Outcome {
            a: second,
            b: first,
            left: end,
        };
        [a_then_b, b_then_a]
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, answer) in [("A", self.a), ("B", self.b)] {
            match answer {
                Answer::Granted => {}
                Answer::Spent(true) => write!(f, "{name} succeeds, ")?,
                Answer::Spent(false) => write!(f, "{name} is refused, ")?,
                Answer::Left(left) => write!(f, "{name} sees {left}, ")?,
            }
        }
        write!(f, "the balance is {}", self.left)
    }
}

/// Lets loom run the two calls beside each other, and compares each outcome with what the calls do
/// one after the other.
///
/// Either call is A once. Loom starts with A, and of the orders in which B comes first it leaves some
/// out (its issue 166).
fn explore(left: u64, one: Call, other: Call) {
    // A lock of std inside of a model would stop the one thread that runs all of them, for ever.
    let source = Source::new("src/credits.rs", include_str!("../src/credits.rs"));
    if let Some((place, text)) = source.first_with(&["std::sync", "Mutex", "RwLock"]) {
        panic!("{place} must count with the atomics of crate::sync alone: {text}");
    }
    explore_as(left, one, other);
    explore_as(left, other, one);
}

fn explore_as(left: u64, a: Call, b: Call) {
    let explored = Model::new().explore(move || {
        let credits = Arc::new(Credits::new(left));
        let [a, b] = [("A", a), ("B", b)].map(|(name, call)| {
            let credits = Arc::clone(&credits);
            thread::spawn(name, move || call.on(&credits))
        });
        Outcome {
            a: a.join(),
            b: b.join(),
            left: credits.left(),
        }
    });

    let calls = format!("A calls {a} while B calls {b}, and the balance is {left}");
    let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
    assert!(
        explored.took_steps(&["A", "B"]),
        "{calls}\n  loom saw no step of A or B: src/credits.rs must take its atomics from \
         crate::sync, because loom can't look into others"
    );
    let in_turn = Outcome::in_turn(left, a, b);
    // If there is a choice, this is an order that goes wrong on every machine and with every
    // `Ordering`, and not one that needs a relaxed load to return an old value.
    if let Some(wrong) = explored.find(|outcome| !in_turn.contains(outcome)) {
        let [a_first, b_first] = in_turn;
        panic!(
            "{calls}\n  A, then B:      {a_first}\n  B, then A:      {b_first}\n  \
             in this order:  {}\n\n{}",
            wrong.outcome, wrong.steps
        );
    }
}
