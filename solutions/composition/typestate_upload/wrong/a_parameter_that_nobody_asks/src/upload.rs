//! Uploads an object to a store: authenticate, begin, any number of chunks, then finish or abort.

use std::io;
use std::marker::PhantomData;

use crate::{Request, Store};

/// An upload that has got as far as `Stage` says.
#[derive(Debug)]
pub struct Upload<S, Stage> {
    store: S,
    name: String,
    chunks: u64,
    bytes: u64,
    stage: PhantomData<Stage>,
}

/// Nothing has been said yet.
#[derive(Debug)]
pub enum Connected {}

/// The store knows who is asking.
#[derive(Debug)]
pub enum Authenticated {}

/// The object is open and takes chunks.
#[derive(Debug)]
pub enum Open {}

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
pub fn connect<S: Store>(store: S) -> Upload<S, Connected> {
    Upload {
        store,
        name: String::new(),
        chunks: 0,
        bytes: 0,
        stage: PhantomData,
    }
}

impl<S: Store, Stage> Upload<S, Stage> {
    fn into_stage<Next>(self) -> Upload<S, Next> {
        Upload {
            store: self.store,
            name: self.name,
            chunks: self.chunks,
            bytes: self.bytes,
            stage: PhantomData,
        }
    }

    /// Tells the store who is asking.
    pub fn authenticate(mut self, token: &str) -> io::Result<Upload<S, Authenticated>> {
        self.store.send(Request::Authenticate { token })?;
        Ok(self.into_stage())
    }

    /// Sends the next piece of the object.
    pub fn chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        let number = self.chunks + 1;
        self.store.send(Request::Chunk { number, bytes })?;
        self.chunks = number;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Makes the object of what was sent.
    pub fn finish(mut self) -> io::Result<Receipt> {
        let chunks = self.chunks;
        self.store.send(Request::Finish { chunks })?;
        Ok(Receipt {
            name: self.name,
            chunks,
            bytes: self.bytes,
        })
    }

    /// Throws away what was sent.
    pub fn abort(mut self) -> io::Result<()> {
        self.store.send(Request::Abort)
    }
}

impl<S: Store> Upload<S, Authenticated> {
    /// Opens an object of this name.
    pub fn begin(mut self, name: &str) -> io::Result<Upload<S, Open>> {
        self.store.send(Request::Begin { name })?;
        self.name = name.to_owned();
        Ok(self.into_stage())
    }
}
