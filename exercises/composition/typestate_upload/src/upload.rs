//! Uploads an object to a store: authenticate, begin, any number of chunks, then finish or abort.

use std::io;

use crate::{Request, Store};

/// An upload, however far it has got.
#[derive(Debug)]
pub struct Upload<S> {
    store: S,
    authenticated: bool,
    begun: bool,
    finished: bool,
    aborted: bool,
    name: Option<String>,
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
pub fn connect<S: Store>(store: S) -> Upload<S> {
    Upload {
        store,
        authenticated: false,
        begun: false,
        finished: false,
        aborted: false,
        name: None,
        chunks: 0,
        bytes: 0,
    }
}

impl<S: Store> Upload<S> {
    /// Tells the store who is asking.
    pub fn authenticate(mut self, token: &str) -> io::Result<Upload<S>> {
        self.store.send(Request::Authenticate { token })?;
        self.authenticated = true;
        Ok(self)
    }

    /// Opens an object of this name. Only after `authenticate`.
    pub fn begin(mut self, name: &str) -> io::Result<Upload<S>> {
        if !self.authenticated {
            return Err(io::Error::other("begin before authenticate"));
        }
        self.store.send(Request::Begin { name })?;
        self.name = Some(name.to_owned());
        self.begun = true;
        Ok(self)
    }

    /// Sends the next piece of the object. A piece that the store refuses does not count. Only between
    /// `begin` and the end.
    pub fn chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.begun {
            return Err(io::Error::other("chunk before begin"));
        }
        if self.finished || self.aborted {
            return Err(io::Error::other("chunk after the end"));
        }
        let number = self.chunks + 1;
        self.store.send(Request::Chunk { number, bytes })?;
        self.chunks = number;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Makes the object of what was sent. Only after `begin`, and once.
    pub fn finish(&mut self) -> io::Result<Receipt> {
        if !self.begun {
            return Err(io::Error::other("finish before begin"));
        }
        let chunks = self.chunks;
        self.store.send(Request::Finish { chunks })?;
        self.finished = true;
        Ok(Receipt {
            name: self.name.clone().unwrap_or_default(),
            chunks,
            bytes: self.bytes,
        })
    }

    /// Throws away what was sent. Only after `begin`, and not after `finish`.
    pub fn abort(&mut self) -> io::Result<()> {
        if !self.begun || self.finished {
            return Err(io::Error::other("nothing to abort"));
        }
        self.store.send(Request::Abort)?;
        self.aborted = true;
        Ok(())
    }
}
