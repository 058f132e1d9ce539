//! Buffers that are used again, and the answers that are put together in them.

use std::io::{self, Write};
use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};

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
    limits: Limits,
    /// Only ever tried, so the lock is held for a moment.
    idle: Mutex<Receiver<Vec<u8>>>,
    returns: Returns,
}

/// A buffer of a pool, to be used as a `Vec<u8>`. It goes back when it is dropped.
#[derive(Debug)]
pub struct Buffer {
    bytes: Vec<u8>,
    capacity: usize,
    returns: Returns,
}

/// The way back. A bounded channel has a limit, a lock and a list inside, and its sender knows when the
/// pool is gone.
#[derive(Debug, Clone)]
struct Returns {
    sender: SyncSender<Vec<u8>>,
    kept: Arc<AtomicUsize>,
}

impl Pool {
    /// A pool without buffers. They are made when they are needed.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let (sender, idle) = mpsc::sync_channel(limits.buffers);
        Pool {
            limits,
            idle: Mutex::new(idle),
            returns: Returns {
                sender,
                kept: Arc::default(),
            },
        }
    }

    /// What it was made with.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// How many buffers it keeps at the moment.
    #[must_use]
    pub fn idle(&self) -> usize {
        self.returns.kept.load(Relaxed)
    }

    /// An empty buffer: one that was used before, if there is one.
    #[must_use]
    pub fn take(&self) -> Buffer {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = match idle.try_recv() {
            Ok(bytes) => {
                self.returns.kept.fetch_sub(1, Relaxed);
                bytes
            }
            Err(_) => Vec::new(),
        };
        Buffer {
            bytes,
            capacity: self.limits.capacity,
            returns: self.returns.clone(),
        }
    }
}

/// The one place that every way out of a function passes: the end, `?`, a panic, a task that is dropped.
impl Drop for Buffer {
    fn drop(&mut self) {
        let mut bytes = mem::take(&mut self.bytes);
        if bytes.capacity() == 0 || bytes.capacity() > self.capacity {
            return;
        }
        bytes.clear();
        // Counted before it can be taken, so that the count never goes below nought.
        self.returns.kept.fetch_add(1, Relaxed);
        if self.returns.sender.try_send(bytes).is_err() {
            self.returns.kept.fetch_sub(1, Relaxed);
        }
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
