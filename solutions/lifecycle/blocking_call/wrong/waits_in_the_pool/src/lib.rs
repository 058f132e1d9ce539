//! Deeds, read from an archive that keeps its callers waiting.

use std::io;
use std::panic::resume_unwind;
use std::sync::Arc;

use tokio::runtime::Handle;
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
    /// # Errors
    ///
    /// Those of the archive.
    ///
    /// # Panics
    ///
    /// With the panic of the archive, if it has one.
    pub async fn read(&self, deed: u64) -> io::Result<Vec<u8>> {
        let archive = Arc::clone(&self.archive);
        let places = Arc::clone(&self.places);
        let runtime = Handle::current();
        let read = spawn_blocking(move || {
            let _place = runtime
                .block_on(places.acquire())
                .expect("nobody closes the semaphore");
            archive.read(deed)
        });
        match read.await {
            Ok(answer) => answer,
            Err(error) => resume_unwind(error.into_panic()),
        }
    }
}
