//! Two calls on one stock at once, in every order that their steps can have. Whatever comes of it must be what the calls
//! do one after the other, in one order or the other.

use std::fmt;

use probes::model::sync::Arc;
use probes::model::{Model, Source, thread};

use crate::counts::Counts;

/// What has a way of its own to keep the counts.
pub trait Stock: Send + Sync + 'static {
    const SOURCE: Source;

    fn new(free: u32, sold: u32) -> Self;
    fn sell(&self, seats: u32) -> bool;
    fn take_back(&self, seats: u32);
    fn counts(&self) -> Counts;
}

/// What one thread does.
#[derive(Debug, Clone, Copy)]
pub enum Call {
    Sell(u32),
    TakeBack(u32),
    Look,
}

impl Call {
    fn on(self, stock: &impl Stock) -> Answer {
        match self {
            Call::Sell(seats) => Answer::Sold(stock.sell(seats)),
            Call::TakeBack(seats) => {
                stock.take_back(seats);
                Answer::TakenBack
            }
            Call::Look => Answer::Saw(stock.counts()),
        }
    }

    /// The same without threads: the counts after it, and the answer.
    fn alone(self, counts: Counts) -> (Counts, Answer) {
        let Counts { free, sold } = counts;
        match self {
            Call::Sell(seats) if free < seats => (counts, Answer::Sold(false)),
            Call::Sell(seats) => {
                let (free, sold) = (free - seats, sold + seats);
                (Counts { free, sold }, Answer::Sold(true))
            }
            Call::TakeBack(seats) => {
                let (free, sold) = (free + seats, sold - seats);
                (Counts { free, sold }, Answer::TakenBack)
            }
            Call::Look => (counts, Answer::Saw(counts)),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Call::Sell(seats) => write!(f, "sells {seats}"),
            Call::TakeBack(seats) => write!(f, "takes back {seats}"),
            Call::Look => f.write_str("looks"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Sold(bool),
    TakenBack,
    Saw(Counts),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Outcome {
    a: Answer,
    b: Answer,
    end: Counts,
}

impl Outcome {
    fn in_turn(start: Counts, a: Call, b: Call) -> [Outcome; 2] {
        let (middle, first) = a.alone(start);
        let (end, second) = b.alone(middle);
        let a_then_b = Outcome {
            a: first,
            b: second,
            end,
        };
        let (middle, first) = b.alone(start);
        let (end, second) = a.alone(middle);
        let b_then_a = Outcome {
            a: second,
            b: first,
            end,
        };
        [a_then_b, b_then_a]
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, answer) in [("A", self.a), ("B", self.b)] {
            match answer {
                Answer::Sold(true) => write!(f, "{name} has sold, ")?,
                Answer::Sold(false) => write!(f, "{name} is refused, ")?,
                Answer::TakenBack => {}
                Answer::Saw(counts) => write!(f, "{name} sees {counts}, ")?,
            }
        }
        write!(f, "{}", self.end)
    }
}

/// Explores the two calls beside each other. Either is A once: loom starts with A, and leaves out some of the orders in
/// which B comes first (its issue 166).
pub fn explore<S: Stock>(start: (u32, u32), one: Call, other: Call) {
    // A lock of std inside of a model would stop the one thread that runs all of them, for ever.
    let words = [
        "std::sync",
        "core::sync",
        "std::thread",
        "static ",
        "try_lock",
    ];
    if let Some((place, text)) = S::SOURCE.first_with(&words) {
        panic!("{place} must share by the types of crate::sync alone: {text}");
    }
    let (free, sold) = start;
    explore_as::<S>(Counts { free, sold }, one, other);
    explore_as::<S>(Counts { free, sold }, other, one);
}

fn explore_as<S: Stock>(start: Counts, a: Call, b: Call) {
    let explored = Model::new().naming(&S::SOURCE).explore(move || {
        let stock = Arc::new(S::new(start.free, start.sold));
        let [a, b] = [("A", a), ("B", b)].map(|(name, call)| {
            let stock = Arc::clone(&stock);
            thread::spawn(name, move || call.on(&*stock))
        });
        Outcome {
            a: a.join(),
            b: b.join(),
            end: stock.counts(),
        }
    });
    let calls = format!("A {a} while B {b}, and {start} at first");
    let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
    assert!(
        explored.took_steps(&["A", "B"]),
        "{calls}\n  the model saw no step of A or B: what they share must come from crate::sync"
    );
    let in_turn = Outcome::in_turn(start, a, b);
    if let Some(wrong) = explored.find(|outcome| !in_turn.contains(outcome)) {
        let [a_first, b_first] = in_turn;
        panic!(
            "{calls}\n  A, then B:      {a_first}\n  B, then A:      {b_first}\n  in this order:  {}\n\n{}",
            wrong.outcome, wrong.steps
        );
    }
}
