//! The same promises with more callers.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use shrink_the_section::{Backend, PutError, Store};

/// How long to wait for what must happen. Only how soon a failure is reported depends on it.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to watch for what must *not* happen, or need not.
const WATCH: Duration = Duration::from_millis(100);

/// What a slow call does: says that it has begun, and goes on when it is told to.
#[derive(Default)]
struct Gate {
    /// The first byte of the content for which the gate is closed.
    closed_for: Option<u8>,
    begun: Mutex<Option<Sender<()>>>,
    go_on: Mutex<Option<Receiver<()>>>,
}

impl Gate {
    /// A gate that stops content with this first byte, the news of each call that begins, and what lets one
    /// go on, or all if it is dropped.
    fn closed_for(first: u8) -> (Self, Receiver<()>, Sender<()>) {
        let (begun, begins) = mpsc::channel();
        let (go, go_on) = mpsc::channel();
        let gate = Self {
            closed_for: Some(first),
            begun: Mutex::new(Some(begun)),
            go_on: Mutex::new(Some(go_on)),
        };
        (gate, begins, go)
    }

    fn pass(&self, bytes: &[u8]) {
        if self.closed_for.is_none() || self.closed_for != bytes.first().copied() {
            return;
        }
        if let Some(begun) = &*lock(&self.begun) {
            let _ = begun.send(());
        }
        // One after the other if two are stopped.
        if let Some(go_on) = &*lock(&self.go_on) {
            let _ = go_on.recv_timeout(4 * PATIENCE);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The key is the sum of the bytes. What begins with `!` does not fit on the disk, and `?` makes it panic.
#[derive(Default)]
struct Slow {
    digest: Gate,
    write: Gate,
    written: Arc<Mutex<Vec<u64>>>,
}

impl Backend for Slow {
    fn digest(&self, bytes: &[u8]) -> u64 {
        self.digest.pass(bytes);
        key(bytes)
    }

    fn write(&self, key: u64, bytes: &[u8]) -> io::Result<()> {
        self.write.pass(bytes);
        match bytes.first() {
            Some(b'!') => return Err(io::Error::other("disk full")),
            Some(b'?') => panic!("this write panics, as the test wants it to"),
            _ => {}
        }
        lock(&self.written).push(key);
        Ok(())
    }
}

fn key(bytes: &[u8]) -> u64 {
    bytes.iter().copied().map(u64::from).sum()
}

/// Makes a call while another one is stopped, on a thread of its own, so that one that blocks is told and does
/// not hang.
fn meanwhile<T: Send + 'static>(
    when: &str,
    what: &str,
    store: &Arc<Store<Slow>>,
    call: impl FnOnce(&Store<Slow>) -> T + Send + 'static,
) -> T {
    let (answer, answers) = mpsc::channel();
    let store = Arc::clone(store);
    thread::spawn(move || answer.send(call(&store)));
    answers.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        panic!(
            "{when}, {what} has not returned after {PATIENCE:?}: it waits for a lock that is held while something \
             slow goes on"
        )
    })
}

#[test]
fn eight_writers_are_under_way_at_once() {
    let (gate, begins, go) = Gate::closed_for(b'w');
    // Only the sending end says that a write has begun; the gate itself lets one wait after the other.
    let slow = Slow {
        write: gate,
        ..Slow::default()
    };
    let store = Arc::new(Store::new(slow, 800));
    let puts: Vec<_> = (0..8_u8)
        .map(|n| {
            let store = Arc::clone(&store);
            thread::spawn(move || store.put(&[b'w', n, n]))
        })
        .collect();
    for n in 1..=8 {
        assert!(
            begins.recv_timeout(PATIENCE).is_ok(),
            "only {} of 8 writes have begun: the others wait for a lock",
            n - 1
        );
    }
    assert_eq!(
        meanwhile(
            "while 8 writes are under way",
            "used()",
            &store,
            Store::used
        ),
        24
    );
    drop(go);
    for put in puts {
        assert!(put.join().expect("it does not panic").is_ok());
    }
    assert_eq!(store.used(), 24, "8 of 3 bytes each");
}

#[test]
fn two_writes_of_one_content_that_panic_both_end() {
    let (gate, begins, go) = Gate::closed_for(b'?');
    let slow = Slow {
        write: gate,
        ..Slow::default()
    };
    let store = Arc::new(Store::new(slow, 20));
    let (end, ends) = mpsc::channel();
    let put = || {
        let (store, end) = (Arc::clone(&store), end.clone());
        thread::spawn(move || {
            let put = catch_unwind(AssertUnwindSafe(|| store.put(b"?234")));
            end.send(put.is_err())
        })
    };
    let _first = put();
    begins.recv_timeout(PATIENCE).expect("the write begins");
    let _second = put();
    // It may come to write as well, or wait for the first one.
    let _ = begins.recv_timeout(WATCH);
    drop(go);
    for n in 1..=2 {
        assert_eq!(
            ends.recv_timeout(PATIENCE),
            Ok(true),
            "the writes of two puts panic, and so must both puts; this is end {n} of 2"
        );
    }
    assert_eq!(store.used(), 0, "nothing is stored");
}

#[test]
fn a_failed_write_makes_room_for_the_next() {
    let (gate, begins, go) = Gate::closed_for(b'!');
    let slow = Slow {
        write: gate,
        ..Slow::default()
    };
    let store = Arc::new(Store::new(slow, 6));
    let to_put = Arc::clone(&store);
    let put = thread::spawn(move || to_put.put(b"!2345"));
    begins.recv_timeout(PATIENCE).expect("the write begins");
    let full = meanwhile("while a write is under way", "put()", &store, |store| {
        store.put(b"xy")
    });
    assert!(
        matches!(full, Err(PutError::Full { left: 1 })),
        "6 less 5: {full:?}"
    );
    drop(go);
    let failed = put.join().expect("it does not panic");
    assert!(matches!(failed, Err(PutError::Disk(_))), "{failed:?}");
    store.put(b"xy").expect("the room is there again");
    let watch = WATCH;
    assert!(
        begins.recv_timeout(watch).is_err(),
        "nobody writes the failed one again"
    );
}
