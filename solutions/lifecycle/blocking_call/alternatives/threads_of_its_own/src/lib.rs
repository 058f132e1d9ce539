//! Deeds, read from an archive that keeps its callers waiting.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use tokio::sync::oneshot;

type Answer = thread::Result<io::Result<Vec<u8>>>;

/// A read that waits for its turn.
struct Request {
    deed: u64,
    answer: oneshot::Sender<Answer>,
}

/// Where deeds are kept: a robot with tapes.
pub trait Archive: Send + Sync + 'static {
    /// Reads a deed. Keeps its thread until the robot has answered, which may take minutes.
    ///
    /// # Errors
    ///
    /// Whatever the robot has to say.
    fn read(&self, deed: u64) -> io::Result<Vec<u8>>;
}

/// A way to the archive for the tasks of a server.
pub struct Deeds<A> {
    requests: mpsc::Sender<Request>,
    _archive: Arc<A>,
}

impl<A: Archive> Deeds<A> {
    /// At most `at_most` reads may be in the archive at the same time.
    ///
    /// # Panics
    ///
    /// Panics if `at_most` is zero.
    #[must_use]
    pub fn new(archive: A, at_most: usize) -> Self {
        assert!(at_most > 0, "no deed could ever be read");
        let archive = Arc::new(archive);
        let (requests, taken) = mpsc::channel();
        let taken = Arc::new(Mutex::new(taken));
        // As many threads as places: the number of threads is the bound. They end when the last sender is gone.
        for number in 0..at_most {
            let archive = Arc::clone(&archive);
            let taken = Arc::clone(&taken);
            thread::Builder::new()
                .name(format!("archive {number}"))
                .spawn(move || serve(&*archive, &taken))
                .expect("the system has room for a thread");
        }
        Self {
            requests,
            _archive: archive,
        }
    }

    /// Reads a deed.
    ///
    /// # Errors
    ///
    /// Those of the archive.
    ///
    /// # Panics
    ///
    /// With the panic of the archive, if it has one.
    pub async fn read(&self, deed: u64) -> io::Result<Vec<u8>> {
        let (answer, answered) = oneshot::channel();
        self.requests
            .send(Request { deed, answer })
            .expect("the threads live as long as this");
        match answered.await.expect("each request is answered") {
            Ok(answer) => answer,
            Err(panic) => resume_unwind(panic),
        }
    }
}

fn serve<A: Archive>(archive: &A, taken: &Mutex<mpsc::Receiver<Request>>) {
    loop {
        let next = taken.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Request { deed, answer }) = next else {
            return;
        };
        // A caller that has gone away before its turn.
        if answer.is_closed() {
            continue;
        }
        let read = catch_unwind(AssertUnwindSafe(|| archive.read(deed)));
        // Fails if the caller has gone meanwhile; then nobody misses the answer.
        let _ = answer.send(read);
    }
}
