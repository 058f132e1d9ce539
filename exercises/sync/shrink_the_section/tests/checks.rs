//! What others can do while something slow goes on. Nothing is timed: the slow call stops at a gate, and the others
//! must get through meanwhile.

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

/// A put on a thread of its own. It has come to the gate when this returns.
fn stopped_put(
    store: &Arc<Store<Slow>>,
    begins: &Receiver<()>,
    bytes: &'static [u8],
) -> thread::JoinHandle<Result<u64, PutError>> {
    let store = Arc::clone(store);
    let put = thread::spawn(move || store.put(bytes));
    begins
        .recv_timeout(PATIENCE)
        .expect("a put of new content computes its digest and writes it");
    put
}

#[test]
fn one_caller_stores_each_content_once() {
    let slow = Slow::default();
    let written = Arc::clone(&slow.written);
    let store = Store::new(slow, 10);
    let first = store.put(b"abc").expect("10 bytes of room for 3");
    assert_eq!(first, key(b"abc"), "the key is the digest");
    assert_eq!(store.put(b"abc").expect("it is there"), first);
    assert_eq!(
        *lock(&written),
        [first],
        "content that is stored is not written again"
    );
    assert_eq!(
        (store.used(), store.contains(first)),
        (3, true),
        "3 bytes, once"
    );
    assert!(!store.contains(1), "nobody has stored that");
    match store.put(b"12345678") {
        Err(PutError::Full { left }) => assert_eq!(left, 7, "10 bytes less 3"),
        other => panic!("8 bytes into room for 7: {other:?}"),
    }
    assert_eq!(lock(&written).len(), 1, "what does not fit is not written");
    store.put(b"1234567").expect("7 bytes into room for 7");
    assert_eq!(store.used(), 10, "3 and 7 bytes");
}

#[test]
fn others_are_served_while_a_digest_is_computed() {
    let (gate, begins, go) = Gate::closed_for(b'a');
    let slow = Slow {
        digest: gate,
        ..Slow::default()
    };
    let store = Arc::new(Store::new(slow, 10));
    let put = stopped_put(&store, &begins, b"a");
    let when = "while a digest is computed";
    assert_eq!(
        meanwhile(when, "used()", &store, Store::used),
        0,
        "no room taken yet"
    );
    let other = meanwhile(when, "put() of other content", &store, |store| {
        store.put(b"other")
    });
    assert!(other.is_ok(), "there is room: {other:?}");
    drop(go);
    let stored = put.join().expect("it does not panic");
    assert!(stored.is_ok(), "the first put goes on: {stored:?}");
}

#[test]
fn others_are_served_while_a_write_is_under_way() {
    let (gate, begins, go) = Gate::closed_for(b'a');
    let slow = Slow {
        write: gate,
        ..Slow::default()
    };
    let store = Arc::new(Store::new(slow, 20));
    store.put(b"known").expect("there is room");
    let put = stopped_put(&store, &begins, b"a");
    let when = "while a write is under way";
    assert!(
        meanwhile(when, "contains()", &store, |store| store
            .contains(key(b"known"))),
        "what was stored before can be found"
    );
    let other = meanwhile(when, "put() of other content", &store, |store| {
        store.put(b"other")
    });
    assert!(other.is_ok(), "there is room: {other:?}");
    let again = meanwhile(when, "put() of known content", &store, |store| {
        store.put(b"known")
    });
    assert!(again.is_ok(), "it is there: {again:?}");
    drop(go);
    let stored = put.join().expect("it does not panic");
    assert!(stored.is_ok(), "the first put goes on: {stored:?}");
    assert_eq!(store.used(), 11, "1, 5 and 5 bytes");
}

#[test]
fn nothing_is_found_before_it_is_written() {
    let (gate, begins, go) = Gate::closed_for(b'a');
    let slow = Slow {
        write: gate,
        ..Slow::default()
    };
    let store = Arc::new(Store::new(slow, 20));
    let put = stopped_put(&store, &begins, b"a");
    let found = meanwhile(
        "while a write is under way",
        "contains()",
        &store,
        |store| store.contains(key(b"a")),
    );
    assert!(
        !found,
        "content that is being written must not be found: who finds it reads it, and it is not there yet"
    );
    drop(go);
    let stored = put.join().expect("it does not panic");
    assert!(stored.is_ok(), "the put goes on: {stored:?}");
    assert!(store.contains(key(b"a")), "it is written now");
}

#[test]
fn room_is_taken_before_the_write() {
    let (gate, begins, go) = Gate::closed_for(b'a');
    let slow = Slow {
        write: gate,
        ..Slow::default()
    };
    let written = Arc::clone(&slow.written);
    let store = Arc::new(Store::new(slow, 10));
    let put = stopped_put(&store, &begins, b"a234567");
    let when = "while a write is under way";
    let other = meanwhile(when, "put() of other content", &store, |store| {
        store.put(b"other")
    });
    match other {
        Err(PutError::Full { left }) => assert_eq!(left, 3, "10 bytes less 7"),
        other => panic!(
            "7 of 10 bytes are being written, so room for 3 is left and 5 do not fit: {other:?}, and {} bytes are \
             used",
            store.used()
        ),
    }
    assert_eq!(
        meanwhile(when, "used()", &store, Store::used),
        7,
        "7 are being written"
    );
    drop(go);
    let stored = put.join().expect("it does not panic");
    assert!(stored.is_ok(), "the put goes on: {stored:?}");
    assert_eq!(
        (store.used(), lock(&written).len()),
        (7, 1),
        "one of two is stored"
    );
}

#[test]
fn a_write_that_fails_gives_its_room_back() {
    let store = Store::new(Slow::default(), 10);
    let failed = store.put(b"!23456");
    assert!(
        matches!(failed, Err(PutError::Disk(_))),
        "the disk does not take it: {failed:?}"
    );
    assert_eq!(
        (store.used(), store.contains(key(b"!23456"))),
        (0, false),
        "the room that the failed write had taken, and whether it is found"
    );
    let panicked = catch_unwind(AssertUnwindSafe(|| store.put(b"?23456")));
    assert!(panicked.is_err(), "a panic in the backend is the caller's");
    assert_eq!(
        (store.used(), store.contains(key(b"?23456"))),
        (0, false),
        "the room that the write had taken which panicked, and whether it is found"
    );
    store
        .put(b"0123456789")
        .expect("all the room is there again");
}

#[test]
fn nobody_is_told_ok_before_it_is_written() {
    let (gate, begins, go) = Gate::closed_for(b'!');
    let slow = Slow {
        write: gate,
        ..Slow::default()
    };
    let store = Arc::new(Store::new(slow, 20));
    let first = stopped_put(&store, &begins, b"!234");
    let second = {
        let store = Arc::clone(&store);
        thread::spawn(move || store.put(b"!234"))
    };
    // It may come to write as well, or wait for the first one. It must not have its answer by now.
    let _ = begins.recv_timeout(3 * WATCH);
    drop(go);
    for (which, put) in [("first", first), ("second", second)] {
        let answer = put.join().expect("it does not panic");
        assert!(
            matches!(answer, Err(PutError::Disk(_))),
            "two puts of the same content at once, and the disk takes neither: the {which} one was told \
             {answer:?}. Whoever is told Ok deletes the original"
        );
    }
}

#[test]
fn the_same_content_at_once_counts_once() {
    let (gate, begins, go) = Gate::closed_for(b'a');
    let slow = Slow {
        write: gate,
        ..Slow::default()
    };
    let store = Arc::new(Store::new(slow, 20));
    let first = stopped_put(&store, &begins, b"a234");
    let second = {
        let store = Arc::clone(&store);
        thread::spawn(move || store.put(b"a234"))
    };
    // It may come to write as well, or wait for the first one.
    let _ = begins.recv_timeout(WATCH);
    drop(go);
    let both = [first, second].map(|put| put.join().expect("it does not panic"));
    assert!(both.iter().all(Result::is_ok), "there is room: {both:?}");
    assert_eq!(
        store.used(),
        4,
        "two puts of the same 4 bytes leave room for all but 4 bytes"
    );
    assert!(store.contains(key(b"a234")), "it is stored");
}
