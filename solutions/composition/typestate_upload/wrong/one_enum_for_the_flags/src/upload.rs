//! Uploads an object to a store: authenticate, begin, any number of chunks, then finish or abort.

use std::io;

use crate::{Request, Store};

/// How far an upload has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Connected,
    Authenticated,
    Open,
    Finished,
    Aborted,
}

/// An upload, however far it has got.
#[derive(Debug)]
pub struct Upload<S> {
    store: S,
    state: State,
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
pub fn connect<S: Store>(store: S) -> Upload<S> {
    Upload {
        store,
        state: State::Connected,
        name: String::new(),
        chunks: 0,
        bytes: 0,
    }
}

impl<S: Store> Upload<S> {
    fn expect(&self, wanted: State) -> io::Result<()> {
        if self.state == wanted {
            return Ok(());
        }
        Err(io::Error::other(format!(
            "this needs {wanted:?}, and the upload is {:?}",
            self.state
        )))
    }

    /// Tells the store who is asking.
    pub fn authenticate(mut self, token: &str) -> io::Result<Upload<S>> {
        self.expect(State::Connected)?;
        self.store.send(Request::Authenticate { token })?;
        self.state = State::Authenticated;
        Ok(self)
    }

    /// Opens an object of this name.
    pub fn begin(mut self, name: &str) -> io::Result<Upload<S>> {
        self.expect(State::Authenticated)?;
        self.store.send(Request::Begin { name })?;
        self.name = name.to_owned();
        self.state = State::Open;
        Ok(self)
    }

    /// Sends the next piece of the object.
    pub fn chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.expect(State::Open)?;
        let number = self.chunks + 1;
        self.store.send(Request::Chunk { number, bytes })?;
        self.chunks = number;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Makes the object of what was sent.
    pub fn finish(&mut self) -> io::Result<Receipt> {
        self.expect(State::Open)?;
        let chunks = self.chunks;
        self.store.send(Request::Finish { chunks })?;
        self.state = State::Finished;
        Ok(Receipt {
            name: self.name.clone(),
            chunks,
            bytes: self.bytes,
        })
    }

    /// Throws away what was sent.
    pub fn abort(&mut self) -> io::Result<()> {
        self.expect(State::Open)?;
        self.store.send(Request::Abort)?;
        self.state = State::Aborted;
        Ok(())
    }
}
