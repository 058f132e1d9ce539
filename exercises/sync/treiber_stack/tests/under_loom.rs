//! What two threads do to each other's nodes, in the orders that their steps can have.
//!
//! This crate takes `src/stack.rs` in a second time. There `crate::sync` is the module below: the atomics of loom, a
//! model checker, and a heap that knows what was freed.

#[path = "model_heap/mod.rs"]
mod model_heap;
#[path = "../src/stack.rs"]
mod stack;

mod sync {
    pub use crate::model_heap::{Heap, NONE};
    pub use probes::model::sync::atomic;
}

use std::sync::Arc;

use model_heap::Heap;
use probes::model::{Explored, Model, Source, thread};
use stack::Stack;

const SOURCE: Source = Source::new("src/stack.rs", include_str!("../src/stack.rs"));

#[test]
fn two_pops_at_once_use_no_freed_node() {
    let calls = "A and B pop from a stack of 1 and 2";
    let explored = two_pops(calls);
    let wrong = explored.find(|(got, _)| *got != [Some(1), Some(2)]);
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  one of them must get 1 and the other 2: {:?}\n\n{}",
            wrong.outcome.0, wrong.steps
        );
    }
}

#[test]
fn what_was_retired_is_freed_by_who_is_alone() {
    let calls = "A and B pop from a stack of 1 and 2, and then main pops, alone";
    let explored = two_pops(calls);
    if let Some(wrong) = explored.find(|(_, alive)| *alive > 0) {
        panic!(
            "{calls}\n  the stack is empty and nobody else was inside, so everything can be freed; {} nodes are still \
             allocated\n\n{}",
            wrong.outcome.1, wrong.steps
        );
    }
}

/// What A and B get, in order, and how many nodes are allocated after another pop.
fn two_pops(calls: &'static str) -> Explored<([Option<u32>; 2], usize)> {
    explore(calls, || {
        let heap = Heap::new();
        let stack = Arc::new(Stack::new(heap.clone()));
        stack.push(2);
        stack.push(1);
        let [a, b] = ["A", "B"].map(|name| {
            let stack = Arc::clone(&stack);
            thread::spawn(name, move || stack.pop())
        });
        let mut got = [a.join(), b.join()];
        got.sort_unstable();
        assert_eq!(
            stack.pop(),
            None,
            "2 values were pushed, and 2 pops came before"
        );
        (got, heap.alive())
    })
}

#[test]
fn a_pop_beside_a_push_finds_the_value() {
    let calls = "A pops and B pushes 2, on a stack of 1; then main pops twice";
    let explored = explore(calls, || {
        let stack = Arc::new(Stack::new(Heap::new()));
        stack.push(1);
        let [to_a, to_b] = [Arc::clone(&stack), Arc::clone(&stack)];
        let a = thread::spawn("A", move || to_a.pop());
        let b = thread::spawn("B", move || to_b.push(2));
        let got = a.join();
        b.join();
        let mut got = [got, stack.pop(), stack.pop()];
        got.sort_unstable();
        got
    });
    if let Some(wrong) = explored.find(|got| *got != [None, Some(1), Some(2)]) {
        panic!(
            "{calls}\n  1 and 2 must come out once: {:?}\n\n{}",
            wrong.outcome, wrong.steps
        );
    }
}

fn explore<T: PartialEq + Send + 'static>(
    calls: &str,
    run: impl Fn() -> T + Send + Sync + 'static,
) -> Explored<T> {
    let words = [
        "std::sync",
        "core::sync",
        "Mutex",
        "Box::",
        "alloc::",
        "std::cell",
        "std::thread",
    ];
    if let Some((place, text)) = SOURCE.first_with(&words) {
        panic!(
            "{place} must use the atomics and the heap of crate::sync alone, which the model can look into: {text}"
        );
    }
    let model = Model::new()
        .naming(&SOURCE)
        .steps_at_most(120)
        .preemptions_at_most(2);
    let explored = model.explore(run);
    let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
    assert!(
        explored.took_steps(&["A", "B"]),
        "{calls}\n  loom saw no step of A or B"
    );
    explored
}
