//! What one thread sees, and what is left on the heap.

use probes::live::Tracker;
use treiber_stack::{Heap, Stack};

#[test]
fn one_thread_has_a_stack() {
    let stack = Stack::new(Heap::new());
    assert_eq!(stack.pop(), None, "nothing was pushed");
    for value in ["a", "b", "c"] {
        stack.push(value);
    }
    assert_eq!(stack.pop(), Some("c"), "last in, first out");
    stack.push("d");
    let rest = [stack.pop(), stack.pop(), stack.pop(), stack.pop()];
    assert_eq!(
        rest,
        [Some("d"), Some("b"), Some("a"), None],
        "last in, first out"
    );
}

#[test]
fn a_stack_that_is_used_does_not_grow() {
    let heap = Heap::new();
    let stack = Stack::new(heap.clone());
    for round in 0..100 {
        stack.push(round);
        stack.push(round + 1);
        assert!(stack.pop().is_some(), "two values are there");
        assert!(stack.pop().is_some(), "one value is there");
        assert_eq!(
            heap.alive(),
            0,
            "nodes are still allocated, in round {round}, although the stack is empty and nobody else is there"
        );
    }
}

#[test]
fn what_is_left_is_dropped_with_the_stack() {
    let (tracker, heap) = (Tracker::new(), Heap::new());
    let stack = Stack::new(heap.clone());
    for _ in 0..5 {
        stack.push(tracker.token());
    }
    drop(stack.pop());
    assert_eq!(
        (tracker.alive(), heap.alive()),
        (4, 4),
        "4 values in 4 nodes"
    );
    drop(stack);
    assert_eq!(
        (tracker.alive(), heap.alive()),
        (0, 0),
        "the stack is gone, and so many values and nodes that were in it are still alive"
    );
}
