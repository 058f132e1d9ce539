//! Your models of a gate, for the stage `races_pin_it`: what two or three threads at once may see of it.
//!
//! No module of the library: `tests/races_pin_it.rs` takes this file in, and runs [`models`] on the true gate, on gates
//! that are built in another way, and on gates with a bug.

use crate::door::Door;
use std::sync::Arc;

use probes::model::{Model, thread};

/// Runs every model on a gate of this kind. Panics if one of them finds something wrong.
pub fn models<D: Door>() {
    // Places; how many are taken at first; what A and B do; and every end that there may be: the answers of A and B, how many
    // are inside, and how many were admitted.
    let cases: [Case; 7] = [
        (1, 0, &[Try], &[Try], &[("y", "n", 1, 1), ("n", "y", 1, 1)]),
        (2, 0, &[Enter], &[Try], &[("y", "y", 2, 2)]),
        (1, 0, &[Close, Try], &[Look], &[("-n", "0", 0, 0)]),
        (2, 2, &[Leave], &[Leave], &[("-", "-", 0, 2)]),
        (1, 1, &[Enter], &[Leave], &[("y", "-", 1, 2)]),
        (1, 1, &[Enter], &[Close, Try], &[("n", "-n", 1, 1)]),
        (
            1,
            1,
            &[Enter, Look],
            &[Leave, TryLookLeave],
            &[("y1", "-1", 1, 3), ("y1", "-n", 1, 2)],
        ),
    ];
    for (places, taken, a, b, ends) in cases {
        explore::<D>(places, taken, a, b, ends);
        let swapped: Vec<End> = ends
            .iter()
            .map(|&(a, b, inside, all)| (b, a, inside, all))
            .collect();
        explore::<D>(places, taken, b, a, &swapped);
    }
    three::<D>();
}

use Call::{Close, Enter, Leave, Look, Try, TryLookLeave};

type End = (&'static str, &'static str, u32, u64);
type Case = (u32, u32, &'static [Call], &'static [Call], &'static [End]);

#[derive(Debug, Clone, Copy)]
enum Call {
    Enter,
    Try,
    Leave,
    Close,
    Look,
    TryLookLeave,
}

impl Call {
    /// A letter for the answer.
    fn on<D: Door>(self, gate: &D) -> String {
        let say = |got_in| if got_in { "y" } else { "n" }.to_owned();
        match self {
            Enter => say(gate.enter()),
            Try => say(gate.try_enter()),
            Leave => {
                gate.leave();
                "-".to_owned()
            }
            Close => {
                gate.close();
                "-".to_owned()
            }
            Look => gate.inside().to_string(),
            TryLookLeave if gate.try_enter() => {
                let inside = gate.inside();
                gate.leave();
                inside.to_string()
            }
            TryLookLeave => "n".to_owned(),
        }
    }
}

fn explore<D: Door>(places: u32, taken: u32, a: &'static [Call], b: &'static [Call], ends: &[End]) {
    let explored = Model::new().preemptions_at_most(2).explore(move || {
        let gate = Arc::new(D::new(places));
        for _ in 0..taken {
            gate.enter();
        }
        let [a, b] = [("A", a), ("B", b)].map(|(name, calls)| {
            let gate = Arc::clone(&gate);
            thread::spawn(name, move || {
                calls.iter().map(|call| call.on(&*gate)).collect::<String>()
            })
        });
        (a.join(), b.join(), gate.inside(), gate.admitted())
    });
    let calls = format!("A {a:?} while B {b:?}, {taken} of {places} places taken");
    let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
    let wrong = explored.find(|(a, b, inside, all)| {
        let same =
            |end: &End| (end.0, end.1, end.2, end.3) == (a.as_str(), b.as_str(), *inside, *all);
        !ends.iter().any(same)
    });
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  {:?}, and there may be {ends:?}\n\n{}",
            wrong.outcome, wrong.steps
        );
    }
}

fn three<D: Door>() {
    let model = Model::new().steps_at_most(80).preemptions_at_most(2);
    model.check("C and D enter while P closes", || {
        let gate = Arc::new(D::new(1));
        gate.enter();
        let c = Arc::clone(&gate);
        let c = thread::spawn("C", move || c.enter());
        let d = Arc::clone(&gate);
        let d = thread::spawn("D", move || d.enter());
        gate.close();
        assert!(!c.join() && !d.join() && !gate.try_enter(), "it is closed");
    });
}
