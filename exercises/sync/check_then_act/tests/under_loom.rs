//! What two callers at once see, in every order that their steps can have.
//!
//! This crate takes `src/registry.rs` in a second time. There `crate::sync` is the module below: the types
//! of loom, a model checker, with a record of what each step did.

#[path = "../src/registry.rs"]
mod registry;

mod sync {
    pub use probes::model::sync::*;
}

use std::fmt;

use probes::model::sync::Arc;
use probes::model::{Model, Source, thread};
use registry::Registry;

const SOURCE: Source = Source::new("src/registry.rs", include_str!("../src/registry.rs"));

#[test]
fn two_first_callers_share_one_counter() {
    explore(Call::Counter(2), Call::Counter(1));
}

#[test]
fn a_name_is_registered_once() {
    explore(Call::Register(2), Call::Register(1));
}

#[test]
fn register_beside_counter_loses_no_count() {
    explore(Call::Register(10), Call::Counter(1));
}

/// What one thread does with the name `sent`: gets the counter in one way or the other, then adds.
#[derive(Debug, Clone, Copy)]
enum Call {
    Counter(u64),
    Register(u64),
}

impl Call {
    /// Returns what was counted, or `None` if the name was refused.
    fn on(self, registry: &Registry) -> Option<u64> {
        match self {
            Call::Counter(n) => {
                registry.counter("sent").add(n);
                Some(n)
            }
            Call::Register(n) => {
                registry.register("sent").ok()?.add(n);
                Some(n)
            }
        }
    }

    /// The same after another call, without threads.
    fn after_another(self) -> Option<u64> {
        match self {
            Call::Counter(n) => Some(n),
            Call::Register(_) => None,
        }
    }

    /// The same on an empty registry.
    fn first(self) -> Option<u64> {
        let (Call::Counter(n) | Call::Register(n)) = self;
        Some(n)
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Call::Counter(n) => write!(f, "counter(\"sent\").add({n})"),
            Call::Register(n) => write!(f, "register(\"sent\")?.add({n})"),
        }
    }
}

/// What A and B have counted, and what the registry has.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    a: Option<u64>,
    b: Option<u64>,
    snapshot: Vec<(String, u64)>,
}

impl Outcome {
    fn expected(a: Option<u64>, b: Option<u64>) -> Self {
        let sum = a.unwrap_or(0) + b.unwrap_or(0);
        Self {
            a,
            b,
            snapshot: vec![("sent".to_owned(), sum)],
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, counted) in [("A", self.a), ("B", self.b)] {
            match counted {
                Some(n) => write!(f, "{name} counts {n}, ")?,
                None => write!(f, "{name} is refused, ")?,
            }
        }
        f.write_str("the registry has")?;
        for (name, count) in &self.snapshot {
            write!(f, " {name} = {count}")?;
        }
        Ok(())
    }
}

/// Lets loom run the two calls beside each other, and compares each outcome with what the calls come to one
/// after the other. Either call is A once: loom starts with A, and of the orders in which B comes first it
/// leaves some out (its issue 166).
fn explore(one: Call, other: Call) {
    // A lock of std inside of a model would stop the one thread that runs all of them, for ever.
    let words = ["std::sync", "core::sync", "std::thread", "thread_local"];
    if let Some((place, text)) = SOURCE.first_with(&words) {
        panic!("{place} must share by the types of crate::sync alone: {text}");
    }
    explore_as(one, other);
    explore_as(other, one);
}

fn explore_as(a: Call, b: Call) {
    let explored = Model::new().naming(&SOURCE).explore(move || {
        let registry = Arc::new(Registry::new());
        let [a, b] = [("A", a), ("B", b)].map(|(name, call)| {
            let registry = Arc::clone(&registry);
            thread::spawn(name, move || call.on(&registry))
        });
        Outcome {
            a: a.join(),
            b: b.join(),
            snapshot: registry.snapshot(),
        }
    });

    let calls = format!("A calls {a} while B calls {b}, and there is no counter yet");
    let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
    assert!(
        explored.took_steps(&["A", "B"]),
        "{calls}\n  loom saw no step of A or B: src/registry.rs must take its types from crate::sync, \
         because loom can't look into others"
    );
    let a_first = Outcome::expected(a.first(), b.after_another());
    let b_first = Outcome::expected(a.after_another(), b.first());
    if let Some(wrong) = explored.find(|outcome| *outcome != a_first && *outcome != b_first) {
        panic!(
            "{calls}\n  A, then B:      {a_first}\n  B, then A:      {b_first}\n  \
             in this order:  {}\n\n{}",
            wrong.outcome, wrong.steps
        );
    }
}
