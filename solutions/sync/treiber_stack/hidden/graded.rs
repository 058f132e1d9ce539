//! The same promises with threads of the system, and for many values.

use std::collections::BTreeSet;
use std::thread;

use treiber_stack::{Heap, Stack};

#[test]
fn four_threads_take_each_value_once() {
    let heap = Heap::new();
    let stack = Stack::new(heap.clone());
    let taken: Vec<Vec<String>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                let stack = &stack;
                scope.spawn(move || {
                    let mut taken = Vec::new();
                    for number in 0..500 {
                        stack.push(format!("{thread}/{number}"));
                        taken.extend(stack.pop());
                    }
                    taken
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("it does not panic"))
            .collect()
    });
    let mut all: Vec<String> = taken.into_iter().flatten().collect();
    while let Some(value) = stack.pop() {
        all.push(value);
    }
    let distinct: BTreeSet<&String> = all.iter().collect();
    assert_eq!(
        (all.len(), distinct.len()),
        (2000, 2000),
        "4 threads with 500 values each"
    );
    assert_eq!(heap.alive(), 0, "the stack is empty and nobody is inside");
}
