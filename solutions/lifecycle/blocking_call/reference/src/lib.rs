//! Deeds, read from an archive that keeps its callers waiting.

use std::io;
use std::panic::resume_unwind;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

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
    archive: Arc<A>,
    /// One permit for each read that may be in the archive. In an `Arc`, so that a read can take its permit along.
    places: Arc<Semaphore>,
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
        Self {
            archive: Arc::new(archive),
            places: Arc::new(Semaphore::new(at_most)),
        }
    }

    /// Reads a deed.
    ///
    /// Holds up no other task. A caller that goes away before its turn is not read for; a read that has begun goes on
    /// without its caller, and keeps its place until the archive has answered.
    ///
    /// # Errors
    ///
    /// Those of the archive.
    ///
    /// # Panics
    ///
    /// With the panic of the archive, if it has one.
    pub async fn read(&self, deed: u64) -> io::Result<Vec<u8>> {
        // The place first and the thread second: whoever waits here waits as a task, and a task costs nothing. Were
        // it the other way round, those who wait would fill the pool that everybody else blocks in.
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .expect("nobody closes the semaphore");
        let archive = Arc::clone(&self.archive);
        let read = spawn_blocking(move || {
            // Here, and not in the task: the task may be dropped, and the read goes on. The place is free when the
            // robot is, after a panic as well.
            let _place = place;
            archive.read(deed)
        });
        // The handle of a blocking call can't be aborted once it runs, so the error is a panic; or the runtime shuts
        // down, and then nobody polls this any more.
        match read.await {
            Ok(answer) => answer,
            Err(error) => resume_unwind(error.into_panic()),
        }
    }
}
