//! The same promises with many readers on several threads.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use drop_storm::Store;
use probes::live::{Counted, Tracker};

/// How long to wait for what must happen. It only decides how soon a failure is reported.
const PATIENCE: Duration = Duration::from_secs(5);

/// Stands in for a tree of ten million nodes: to free it takes as long as the gate is closed.
struct Tree {
    number: u32,
    gate: Arc<Gate>,
    freed: Sender<(u32, ThreadId)>,
    _alive: Counted,
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.gate.wait();
        let _ = self.freed.send((self.number, thread::current().id()));
    }
}

#[derive(Default)]
struct Gate {
    closed: Mutex<bool>,
    changed: Condvar,
}

impl Gate {
    fn wait(&self) {
        let closed = self.closed.lock().expect("no panic under the lock");
        // Bounded, so that a test that fails ends.
        let _ = self
            .changed
            .wait_timeout_while(closed, 3 * PATIENCE, |closed| *closed);
    }
}

/// Makes trees, and knows which are alive and who has freed the others.
struct Forest {
    gate: Arc<Gate>,
    tracker: Tracker,
    freed: Sender<(u32, ThreadId)>,
    frees: Receiver<(u32, ThreadId)>,
}

impl Forest {
    fn new() -> Self {
        let (freed, frees) = mpsc::channel();
        Self {
            gate: Arc::default(),
            tracker: Tracker::new(),
            freed,
            frees,
        }
    }

    fn tree(&self, number: u32) -> Tree {
        self.tree_behind(number, &self.gate)
    }

    fn tree_behind(&self, number: u32, gate: &Arc<Gate>) -> Tree {
        Tree {
            number,
            gate: Arc::clone(gate),
            freed: self.freed.clone(),
            _alive: self.tracker.token(),
        }
    }

    fn store(&self) -> Store<Tree> {
        Store::new(self.tree(0)).expect("a thread starts")
    }
}

#[test]
fn readers_on_four_threads_free_nothing() {
    const TREES: u32 = 200;
    let forest = Forest::new();
    let store = forest.store();
    let readers: Vec<ThreadId> = thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut last = 0;
                    while last < TREES {
                        let (one, two) = (store.current(), store.current());
                        assert!(last <= one.number && one.number <= two.number, "never back");
                        last = two.number;
                    }
                    thread::current().id()
                })
            })
            .collect();
        for number in 1..=TREES {
            store.publish(forest.tree(number));
        }
        readers
            .into_iter()
            .map(|reader| reader.join().expect("no panic"))
            .collect()
    });
    assert_eq!(
        forest.tracker.settle(1),
        1,
        "only the current tree is alive"
    );
    let freed: Vec<(u32, ThreadId)> = forest.frees.try_iter().collect();
    assert_eq!(freed.len(), TREES as usize);
    for (number, by) in freed {
        assert!(
            !readers.contains(&by) && by != thread::current().id(),
            "tree {number} was freed by a reader or the publisher"
        );
    }
}

#[test]
fn trees_that_are_held_do_not_make_publish_wait() {
    let forest = Forest::new();
    let store = forest.store();
    let mut held = Vec::new();
    for number in 1..=20 {
        held.push(store.current());
        store.publish(forest.tree(number));
    }
    assert_eq!(
        forest.tracker.alive(),
        21,
        "twenty are held, and one is current"
    );
    held.clear();
    assert_eq!(forest.tracker.settle(1), 1);
    drop(store);
    assert_eq!(forest.tracker.alive(), 0);
}
