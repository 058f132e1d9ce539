//! Who holds the board's lock while what happens. The board is the learner's file, with locks that count in the place of
//! the service's own.

#[path = "../src/board.rs"]
#[allow(dead_code, reason = "the library uses the rest")]
mod board;
mod support;

/// Locks that know how many the thread holds, and how often it took one.
mod sync {
    use std::cell::Cell;
    use std::ops::{Deref, DerefMut};
    use std::sync;

    thread_local! {
        static HELD: Cell<usize> = const { Cell::new(0) };
        static TAKEN: Cell<usize> = const { Cell::new(0) };
    }

    /// How many locks this thread holds.
    pub fn held() -> usize {
        HELD.get()
    }

    /// How often this thread has taken one.
    pub fn taken() -> usize {
        TAKEN.get()
    }

    #[derive(Debug, Clone, Default)]
    pub struct Recorder;

    pub struct Mutex<T>(sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub fn new(value: T, _: &Recorder) -> Self {
            Self(sync::Mutex::new(value))
        }

        pub fn lock(&self) -> Guard<sync::MutexGuard<'_, T>> {
            not_twice();
            Guard::new(self.0.lock().expect("no panic under the lock"))
        }
    }

    #[allow(dead_code, reason = "the learner chooses")]
    pub struct RwLock<T>(sync::RwLock<T>);

    #[allow(dead_code, reason = "the learner chooses")]
    impl<T> RwLock<T> {
        pub fn new(value: T, _: &Recorder) -> Self {
            Self(sync::RwLock::new(value))
        }

        pub fn read(&self) -> Guard<sync::RwLockReadGuard<'_, T>> {
            Guard::new(self.0.read().expect("no panic under the lock"))
        }

        pub fn write(&self) -> Guard<sync::RwLockWriteGuard<'_, T>> {
            not_twice();
            Guard::new(self.0.write().expect("no panic under the lock"))
        }
    }

    /// With real locks the thread would wait for itself.
    fn not_twice() {
        assert_eq!(
            held(),
            0,
            "the thread asks for a lock while it holds one: while a page goes to its client, a batch has to wait until \
             the client has taken it, however slow it is"
        );
    }

    pub struct Guard<G>(G);

    impl<G> Guard<G> {
        fn new(guard: G) -> Self {
            HELD.set(HELD.get() + 1);
            TAKEN.set(TAKEN.get() + 1);
            Self(guard)
        }
    }

    impl<G> Drop for Guard<G> {
        fn drop(&mut self) {
            HELD.set(HELD.get() - 1);
        }
    }

    impl<G: Deref> Deref for Guard<G> {
        type Target = G::Target;

        fn deref(&self) -> &G::Target {
            &self.0
        }
    }

    impl<G: DerefMut> DerefMut for Guard<G> {
        fn deref_mut(&mut self) -> &mut G::Target {
            &mut self.0
        }
    }
}

use std::io::{self, BufWriter, ErrorKind, Write};

use board::Board;
use profiling::{Reading, batch};
use support::MARCH;
use sync::Recorder;

/// So many probes, each of which measured the same.
fn minute(probes: usize, minute: i64, tenths: i32) -> String {
    let at = MARCH + minute * 60;
    let line = |n: usize| format!("oslo/hall-{}/probe-{n:04} {at} {tenths}\n", n % 7);
    (0..probes).map(line).collect()
}

fn readings(text: &str) -> Vec<Reading<'_>> {
    batch(text).expect("lines of this file are readings")
}

/// A client, who does something with each piece of the page.
struct Client<F> {
    page: Vec<u8>,
    takes: F,
}

impl<F: FnMut(usize) -> io::Result<()>> Write for Client<F> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        (self.takes)(self.page.len())?;
        // A little at a time, as over a slow line.
        let taken = piece.len().min(1_000);
        self.page.extend_from_slice(&piece[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        (self.takes)(self.page.len())
    }
}

/// The temperatures on a page.
fn column(page: &[u8]) -> Vec<String> {
    let page = String::from_utf8_lossy(page);
    let last = |line: &str| line.rsplit(' ').next().map(str::to_owned);
    page.lines().filter_map(last).collect()
}

#[test]
fn nobody_holds_the_lock_while_a_client_takes_a_page() {
    let board = Board::new(&Recorder);
    board.note(&readings(&minute(200, 0, -180)));
    let before = sync::taken();
    let mut most = 0;
    let mut pieces = 0;
    let mut client = Client {
        page: Vec::new(),
        takes: |_| {
            pieces += 1;
            most = most.max(sync::held());
            Ok(())
        },
    };
    board.page(&mut client).expect("the client takes it all");
    let lines = column(&client.page).len();
    assert_eq!(lines, 200, "a line for each probe");
    assert!(
        sync::taken() > before,
        "a page was made and no lock of `crate::sync` was taken: the board's locks have to be those, or nobody can tell who waits"
    );
    assert_eq!(
        most, 0,
        "a client took a page in {pieces} pieces, and the board's lock was held meanwhile. A client takes as long as it likes; until \
         it has all, no batch comes onto the board"
    );
}

#[test]
fn a_page_is_of_one_moment() {
    let board = Board::new(&Recorder);
    board.note(&readings(&minute(200, 0, -180)));
    let mut noted = false;
    let mut client = Client {
        page: Vec::new(),
        takes: |so_far| {
            if so_far > 2_000 && !noted {
                noted = true;
                board.note(&readings(&minute(200, 1, -170)));
            }
            Ok(())
        },
    };
    board.page(&mut client).expect("the client takes it all");
    let column = column(&client.page);
    let old = column.iter().filter(|tenths| *tenths == "-180").count();
    assert_eq!(
        (old, column.len()),
        (200, 200),
        "a batch came while a client had a part of its page. The page has to be that of the moment when it was asked for: (lines \
         from before the batch, all lines)"
    );
    assert!(noted, "the batch came in the middle");
    let latest = board
        .latest("oslo/hall-0/probe-0000")
        .map(|latest| latest.tenths);
    assert_eq!(
        latest,
        Some(-170),
        "and the batch is on the board, for the next page"
    );
}

#[test]
fn a_batch_takes_the_lock_once() {
    let board = Board::new(&Recorder);
    let before = sync::taken();
    board.note(&readings(&minute(500, 0, -180)));
    let taken = sync::taken() - before;
    assert!(
        (1..=2).contains(&taken),
        "a batch of 500 readings took locks {taken} times. Each time it waits for whoever is there, and a page in between has a part \
         of the batch; once is enough, or twice where the board is in two parts"
    );
}

#[test]
fn a_client_that_goes_away_leaves_nothing() {
    let board = Board::new(&Recorder);
    board.note(&readings(&minute(200, 0, -180)));
    // Without a buffer, and with one that has all of the page until it is told to flush.
    for room in [0, 1 << 16] {
        let client = Client {
            page: Vec::new(),
            takes: |so_far| match so_far {
                0..3_000 => Ok(()),
                _ => Err(ErrorKind::BrokenPipe.into()),
            },
        };
        let mut client = BufWriter::with_capacity(room, client);
        let error = board.page(&mut client).map_err(|error| error.kind());
        assert_eq!(
            error,
            Err(ErrorKind::BrokenPipe),
            "the client's own error, with a buffer of {room} bytes before it: what a buffer takes is not there yet, and only `flush` can \
             tell whether it comes there"
        );
        assert_eq!(sync::held(), 0, "nobody holds the lock any more");
    }
    board.note(&readings(&minute(200, 1, -170)));
    let mut page = Vec::new();
    board.page(&mut page).expect("memory takes it all");
    assert!(
        column(&page).iter().all(|tenths| tenths == "-170"),
        "the next client has the whole board, as it is by then"
    );
}
