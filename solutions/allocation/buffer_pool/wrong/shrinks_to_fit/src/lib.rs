//! Buffers that are used again, and the answers that are put together in them.

use std::io::{self, Write};
use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a pool may keep while nobody uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many buffers.
    pub buffers: usize,
    /// The largest capacity of each, in bytes.
    pub capacity: usize,
}

/// Keeps buffers from one use to the next. Threads share it by reference.
#[derive(Debug)]
pub struct Pool {
    shelf: Arc<Shelf>,
}

/// A buffer of a pool, to be used as a `Vec<u8>`. It goes back when it is dropped.
#[derive(Debug)]
pub struct Buffer {
    bytes: Vec<u8>,
    /// Owned and not borrowed, so that a buffer can go to another thread, and outlive the pool.
    shelf: Arc<Shelf>,
}

/// What the pool and its buffers share.
#[derive(Debug)]
struct Shelf {
    limits: Limits,
    /// Bare memory, not `Buffer`s: these own the shelf, and in it they would keep it alive for ever.
    idle: Mutex<Vec<Vec<u8>>>,
}

impl Pool {
    /// A pool without buffers. They are made when they are needed.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Pool {
            shelf: Arc::new(Shelf {
                limits,
                idle: Mutex::default(),
            }),
        }
    }

    /// What it was made with.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.shelf.limits
    }

    /// How many buffers it keeps at the moment.
    #[must_use]
    pub fn idle(&self) -> usize {
        self.shelf.idle().len()
    }

    /// An empty buffer: one that was used before, if there is one.
    #[must_use]
    pub fn take(&self) -> Buffer {
        // The last one that came back: it is the likeliest to be in the cache.
        let bytes = self.shelf.idle().pop().unwrap_or_default();
        Buffer {
            bytes,
            shelf: Arc::clone(&self.shelf),
        }
    }
}

impl Shelf {
    /// Nothing that can panic happens under this lock, so it is never poisoned; and a panic here would
    /// come from a `drop`, maybe during another panic, which aborts the process.
    fn idle(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, mut bytes: Vec<u8>) {
        // The pool is as large as its largest buffers: one huge answer must not stay for good. And
        // memory that the user has taken out leaves nothing worth a place.
        if bytes.capacity() == 0 || bytes.capacity() > self.limits.capacity {
            return;
        }
        bytes.clear();
        bytes.shrink_to_fit();
        let mut idle = self.idle();
        if idle.len() < self.limits.buffers {
            idle.push(bytes);
        }
    }
}

/// The one place that every way out of a function passes: the end, `?`, a panic, a task that is dropped.
impl Drop for Buffer {
    fn drop(&mut self) {
        self.shelf.put(mem::take(&mut self.bytes));
    }
}

impl Deref for Buffer {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.bytes
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

/// Sends an answer as one frame: the length of the body in four bytes, the highest first, then the body.
///
/// # Errors
///
/// Fails if the body is larger than 4 GiB, or with the first error of `out`.
pub fn send(pool: &Pool, body: &[&str], out: &mut impl Write) -> io::Result<()> {
    let mut frame = pool.take();
    frame.extend([0; 4]);
    for part in body {
        frame.extend_from_slice(part.as_bytes());
    }
    let length = u32::try_from(frame.len() - 4).map_err(io::Error::other)?;
    frame[..4].copy_from_slice(&length.to_be_bytes());
    // In one piece, because each write is a packet.
    out.write_all(&frame)
}
