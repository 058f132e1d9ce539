//! The same promises with other calls.

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
use probes::model::{Model, thread};
use stack::Stack;

#[test]
fn a_pop_beside_a_pop_and_a_push_is_not_fooled() {
    let model = Model::new().steps_at_most(150).preemptions_at_most(2);
    let explored = model.explore(|| {
        let heap = Heap::new();
        let stack = Arc::new(Stack::new(heap.clone()));
        stack.push(20);
        stack.push(10);
        let [to_a, to_b] = [Arc::clone(&stack), Arc::clone(&stack)];
        let a = thread::spawn("A", move || to_a.pop());
        let b = thread::spawn("B", move || {
            let got = to_b.pop();
            to_b.push(30);
            got
        });
        let mut all = vec![a.join(), b.join(), stack.pop(), stack.pop()];
        all.retain(Option::is_some);
        all.sort_unstable();
        (all, heap.alive())
    });
    let explored =
        explored.unwrap_or_else(|failure| panic!("A pops; B pops and pushes\n  {failure}"));
    for example in explored.examples() {
        assert_eq!(
            example.outcome,
            (vec![Some(10), Some(20), Some(30)], 0),
            "each value once, and no node in the end\n{}",
            example.steps
        );
    }
}
