//! Buffers, names and taps that the workers share.

use std::cell::UnsafeCell;
use std::io::{self, Read};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// Buffers that are lent out. A pool is for one thread.
pub struct Pool {
    buffers: Vec<UnsafeCell<Box<[u8]>>>,
}

impl Pool {
    pub fn new(buffers: usize, size: usize) -> Pool {
        let buffer = |_| UnsafeCell::new(vec![0; size].into_boxed_slice());
        Pool {
            buffers: (0..buffers).map(buffer).collect(),
        }
    }

    /// Lends out a buffer. `None` if there is none of this number.
    pub fn lease(&self, at: usize) -> Option<Lease<'_>> {
        let buffer = NonNull::new(self.buffers.get(at)?.get())?;
        Some(Lease {
            buffer,
            pool: PhantomData,
        })
    }
}

/// A buffer, for as long as it is borrowed.
pub struct Lease<'a> {
    buffer: NonNull<Box<[u8]>>,
    pool: PhantomData<&'a Pool>,
}

impl Deref for Lease<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the buffer lives as long as the pool, which is borrowed.
        unsafe { self.buffer.as_ref() }
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and this lease is borrowed mutably.
        unsafe { self.buffer.as_mut() }
    }
}

/// Reads so many bytes. Any reader will do.
pub fn read_exactly(size: usize, reader: &mut dyn Read) -> io::Result<Box<[u8]>> {
    let buffer = Box::<[u8]>::new_uninit_slice(size);
    // SAFETY: any byte is a `u8`, and `read_exact` fills the buffer or fails.
    let mut buffer = unsafe { buffer.assume_init() };
    reader.read_exact(&mut buffer)?;
    Ok(buffer)
}

/// Each name once, for comparing and for keeping.
#[derive(Default)]
pub struct Names {
    names: Vec<String>,
}

impl Names {
    /// The one text that is equal to `name`.
    pub fn intern(&mut self, name: &str) -> &'static str {
        let known = self.names.iter().position(|known| known == name);
        let at = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        let text: *const str = self.names[at].as_str();
        // SAFETY: names are never removed or changed, and a `String` that is moved, as in a vector that
        // grows, leaves its text where it is.
        unsafe { &*text }
    }
}

type Call = dyn FnMut(&[u8]);

/// Is called for each frame, on the thread of a worker.
pub struct Tap {
    call: Box<Call>,
}

// SAFETY: a tap is moved to its worker and called on that thread and on no other.
unsafe impl Send for Tap {}

impl Tap {
    pub fn new(call: impl FnMut(&[u8]) + 'static) -> Tap {
        Tap {
            call: Box::new(call),
        }
    }

    pub fn frame(&mut self, frame: &[u8]) {
        (self.call)(frame);
    }
}
