//! Buffers that are used again, and the answers that are put together in them.

use std::io::{self, Write};
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

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
    idle: Mutex<Vec<Vec<u8>>>,
}

/// A buffer of a pool, to be used as a `Vec<u8>`.
#[derive(Debug)]
pub struct Buffer {
    bytes: Vec<u8>,
}

impl Pool {
    /// A pool without buffers. They are made when they are needed.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Pool {
            limits,
            idle: Mutex::new(Vec::new()),
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
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    /// An empty buffer: one that was used before, if there is one.
    #[must_use]
    pub fn take(&self) -> Buffer {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = idle.pop().unwrap_or_default();
        Buffer { bytes }
    }

    fn give_back(&self, buffer: Buffer) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = buffer.bytes;
        bytes.clear();
        let fits = 1..=self.limits.capacity;
        if fits.contains(&bytes.capacity()) && idle.len() < self.limits.buffers {
            idle.push(bytes);
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
    let written = out.write_all(&frame);
    // Whether it was written or not.
    pool.give_back(frame);
    written
}
