//! Trees are freed where nobody waits for it. Freeing one takes as long as the tests want: it waits at a gate.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use drop_storm::Store;
use probes::live::{Counted, Tracker};

/// How long to wait for what must happen. It only decides how soon a failure is reported.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to watch for what must not happen.
const WATCH: Duration = Duration::from_millis(100);

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
    fn set(&self, closed: bool) {
        *self.closed.lock().expect("no panic under the lock") = closed;
        self.changed.notify_all();
    }

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

    /// The next tree that is freed, and by which thread.
    fn next_freed(&self, what: &str) -> (u32, ThreadId) {
        self.frees.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            panic!(
                "{what}, and no tree is freed within {PATIENCE:?}; it has to be, by itself and without \
                 another publish"
            )
        })
    }
}

/// Runs `work` elsewhere. Whether it has ended is told by the receiver.
fn elsewhere(work: impl FnOnce() + Send + 'static) -> Receiver<()> {
    let (done, ended) = mpsc::channel();
    thread::spawn(move || {
        work();
        let _ = done.send(());
    });
    ended
}

#[test]
fn a_snapshot_is_of_the_tree_that_was_current() {
    let forest = Forest::new();
    let store = forest.store();
    let zero = store.current();
    store.publish(forest.tree(1));
    let one = store.current();
    store.publish(forest.tree(2));
    assert_eq!(
        (zero.number, one.number, store.current().number),
        (0, 1, 2),
        "snapshots that were taken before the first publish, before the second, and now"
    );
    assert_eq!(forest.tracker.alive(), 3, "all three trees are in use");
}

#[test]
fn the_last_request_does_not_free_the_tree() {
    let forest = Forest::new();
    let store = forest.store();
    let (first, second) = (store.current(), store.current());
    store.publish(forest.tree(1));
    drop(first);
    assert_eq!(
        forest.tracker.alive(),
        2,
        "tree 0 is in use, and tree 1 is current"
    );
    drop(second);
    let (number, by) = forest.next_freed("the last request has let go of tree 0");
    assert_eq!(number, 0);
    assert_ne!(
        by,
        thread::current().id(),
        "the last request has let go of tree 0, and it was freed by the thread of the request, whose client \
         waits for ten million nodes"
    );
    assert_eq!(forest.tracker.settle(1), 1, "tree 1 is current");
}

#[test]
fn publish_does_not_free_the_tree_either() {
    let forest = Forest::new();
    let store = forest.store();
    store.publish(forest.tree(1));
    let (number, by) = forest.next_freed("tree 0 was replaced, and nobody had a snapshot of it");
    assert_eq!(number, 0);
    assert_ne!(
        by,
        thread::current().id(),
        "tree 0 was replaced, and it was freed by the thread that has called publish"
    );
}

#[test]
fn requests_go_on_while_a_tree_is_freed() {
    let forest = Forest::new();
    let store = Arc::new(forest.store());
    let held: Vec<_> = (1..=6)
        .map(|number| {
            let snapshot = store.current();
            store.publish(forest.tree(number));
            snapshot
        })
        .collect();
    forest.gate.set(true);
    let requests = Arc::clone(&store);
    let ended = elsewhere(move || {
        for snapshot in held {
            assert!(snapshot.number < 6);
            // Each is the last one of its tree.
            drop(snapshot);
            assert_eq!(requests.current().number, 6);
        }
    });
    let in_time = ended.recv_timeout(PATIENCE);
    forest.gate.set(false);
    assert!(
        in_time.is_ok(),
        "while a tree is being freed, six requests let go of six old trees and read the current one. After \
         {PATIENCE:?} a request has not let go yet: it must wait for no tree to be freed, neither one that \
         it frees itself nor another"
    );
    for _ in 0..6 {
        forest.next_freed("six requests have let go of six trees");
    }
    assert_eq!(forest.tracker.settle(1), 1, "tree 6 is current");
}

#[test]
fn publish_waits_when_trees_pile_up() {
    const TREES: u32 = 10;
    let forest = Forest::new();
    let store = Arc::new(forest.store());
    forest.gate.set(true);
    let (published, progress) = mpsc::channel();
    let trees: Vec<Tree> = (1..=2).map(|number| forest.tree(number)).collect();
    let (publisher, more) = (Arc::clone(&store), Arc::new(Mutex::new(0)));
    let made = Arc::clone(&more);
    let maker = Forest {
        gate: Arc::clone(&forest.gate),
        tracker: forest.tracker.clone(),
        ..Forest::new()
    };
    let ended = elsewhere(move || {
        for tree in trees {
            publisher.publish(tree);
            let _ = published.send(());
        }
        for number in 3..=TREES {
            *made.lock().expect("no panic") = number;
            publisher.publish(maker.tree(number));
        }
    });
    let two = (0..2).all(|_| progress.recv_timeout(PATIENCE).is_ok());
    let stuck = ended.recv_timeout(WATCH).is_err();
    let (made, alive) = (*more.lock().expect("no panic"), forest.tracker.alive());
    let reads = elsewhere({
        let store = Arc::clone(&store);
        move || drop(store.current())
    });
    let reads = reads.recv_timeout(PATIENCE).is_ok();
    forest.gate.set(false);
    assert!(
        two,
        "no tree gets freed, and two are replaced: publish does not wait for at most two of them"
    );
    assert!(
        stuck && made == 3 && alive <= 4,
        "no tree gets freed, and a publisher goes on replacing them. It has come to tree {made} of {TREES}, \
         and {alive} trees are in memory. There may be the current one and at most two that wait to be \
         freed when publish returns: the publisher has to wait in the third call"
    );
    assert!(
        reads,
        "while the publisher waits, requests read the current tree"
    );
    assert!(
        ended.recv_timeout(PATIENCE).is_ok(),
        "when trees get freed again, the publisher goes on"
    );
    assert_eq!(store.current().number, TREES);
    assert_eq!(
        forest.tracker.settle(1),
        1,
        "all but the current tree are freed"
    );
}

#[test]
fn a_store_that_is_dropped_leaves_nothing() {
    let forest = Forest::new();
    let store = forest.store();
    let held = store.current();
    let one = forest.tree(1);
    // Only freeing tree 1 takes a while.
    let two = forest.tree_behind(2, &Arc::default());
    forest.gate.set(true);
    let store = Arc::new(store);
    let publisher = Arc::clone(&store);
    let published = elsewhere(move || {
        publisher.publish(one);
        publisher.publish(two);
        drop(publisher);
    });
    let in_time = published.recv_timeout(PATIENCE);
    let gate = Arc::clone(&forest.gate);
    let opens = elsewhere(move || {
        thread::sleep(WATCH);
        gate.set(false);
    });
    assert!(
        in_time.is_ok(),
        "tree 0 is held, and tree 1 waits to be freed: publish must not wait for one tree alone"
    );
    drop(store);
    let alive = forest.tracker.alive();
    assert_eq!(
        alive, 1,
        "tree 0 is held, tree 1 waits to be freed, tree 2 was current, and the store is dropped: when drop \
         returns so many trees are alive, and only tree 0 may be"
    );
    assert_eq!(held.number, 0, "a snapshot may outlive its store");
    drop(held);
    assert_eq!(
        forest.tracker.settle(0),
        0,
        "the last snapshot was dropped, after the store"
    );
    let _ = opens.recv_timeout(PATIENCE);
    if let Ok(left) = probes::threads::settle_named("reaper", 0) {
        assert_eq!(left, 0, "threads named `reaper` that are left");
    }
}
