//! Uploads an object to a store: authenticate, begin, any number of chunks, then finish or abort.
//!
//! Each step of the protocol is a type, with the methods that are right at that step and no others.

use std::io;

use crate::{Request, Store};

/// A connection to the store, on which nothing has been said yet.
#[derive(Debug)]
pub struct Connection<S> {
    store: S,
}

/// A connection whose owner the store knows.
#[derive(Debug)]
pub struct Session<S> {
    store: S,
}

/// An upload that is open: it takes chunks, and waits for its end.
#[derive(Debug)]
#[must_use = "an upload that neither finishes nor aborts leaves its chunks in the store"]
pub struct Upload<S> {
    store: S,
    // Not an `Option`: there is no upload before it has a name.
    name: String,
    chunks: u64,
    bytes: u64,
}

/// What was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What the object is called.
    pub name: String,
    /// How many chunks the store took.
    pub chunks: u64,
    /// How many bytes are in them.
    pub bytes: u64,
}

/// A connection to the store, on which nothing has been said yet.
pub fn connect<S: Store>(store: S) -> Connection<S> {
    Connection { store }
}

impl<S: Store> Connection<S> {
    /// Tells the store who is asking.
    ///
    /// # Errors
    ///
    /// What the store answers. The connection is gone then; a new attempt needs a new one.
    pub fn authenticate(mut self, token: &str) -> io::Result<Session<S>> {
        self.store.send(Request::Authenticate { token })?;
        Ok(Session { store: self.store })
    }
}

impl<S: Store> Session<S> {
    /// Opens an object of this name. A session carries one upload.
    ///
    /// # Errors
    ///
    /// What the store answers. The session is gone then.
    pub fn begin(mut self, name: &str) -> io::Result<Upload<S>> {
        self.store.send(Request::Begin { name })?;
        Ok(Upload {
            store: self.store,
            name: name.to_owned(),
            chunks: 0,
            bytes: 0,
        })
    }
}

impl<S: Store> Upload<S> {
    /// Sends the next piece of the object.
    ///
    /// # Errors
    ///
    /// What the store answers. A piece that it refuses does not count, and the upload stays open: the
    /// caller may send it again, or abort.
    //
    // By reference, as the only step that may be repeated: a chunk leads from "open" to "open".
    pub fn chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        let number = self.chunks + 1;
        self.store.send(Request::Chunk { number, bytes })?;
        self.chunks = number;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Makes the object of what was sent, in place of the one that had its name.
    ///
    /// # Errors
    ///
    /// What the store answers.
    pub fn finish(&mut self) -> io::Result<Receipt> {
        let chunks = self.chunks;
        self.store.send(Request::Finish { chunks })?;
        Ok(Receipt {
            name: self.name.clone(),
            chunks,
            bytes: self.bytes,
        })
    }

    /// Throws away what was sent.
    ///
    /// # Errors
    ///
    /// What the store answers.
    pub fn abort(&mut self) -> io::Result<()> {
        self.store.send(Request::Abort)
    }
}
