//! Uploads an object to a store: authenticate, begin, any number of chunks, then finish or abort.
//!
//! One type with the stage as a parameter. A stage holds what is known from that stage on, so the first
//! two are empty and cost nothing.

use std::io;

use crate::{Request, Store};

/// An upload that has got as far as `Stage` says.
#[derive(Debug)]
pub struct Upload<S, Stage> {
    store: S,
    stage: Stage,
}

/// Nothing has been said yet.
#[derive(Debug)]
pub struct Connected(());

/// The store knows who is asking.
#[derive(Debug)]
pub struct Authenticated(());

/// The object is open and takes chunks.
#[derive(Debug)]
pub struct Open {
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
pub fn connect<S: Store>(store: S) -> Upload<S, Connected> {
    Upload {
        store,
        stage: Connected(()),
    }
}

impl<S: Store, Stage> Upload<S, Stage> {
    /// The one way from stage to stage: asks the store, and moves on if it agrees. Private, so that the
    /// methods below decide what may follow what.
    fn step<Next>(mut self, request: Request<'_>, next: Next) -> io::Result<Upload<S, Next>> {
        self.store.send(request)?;
        Ok(Upload {
            store: self.store,
            stage: next,
        })
    }
}

impl<S: Store> Upload<S, Connected> {
    /// Tells the store who is asking.
    pub fn authenticate(self, token: &str) -> io::Result<Upload<S, Authenticated>> {
        self.step(Request::Authenticate { token }, Authenticated(()))
    }
}

impl<S: Store> Upload<S, Authenticated> {
    /// Opens an object of this name.
    pub fn begin(self, name: &str) -> io::Result<Upload<S, Open>> {
        let open = Open {
            name: name.to_owned(),
            chunks: 0,
            bytes: 0,
        };
        self.step(Request::Begin { name }, open)
    }
}

impl<S: Store> Upload<S, Open> {
    /// Sends the next piece of the object. One that the store refuses does not count.
    pub fn chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        let number = self.stage.chunks + 1;
        self.store.send(Request::Chunk { number, bytes })?;
        self.stage.chunks = number;
        self.stage.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Makes the object of what was sent.
    pub fn finish(mut self) -> io::Result<Receipt> {
        let Open {
            name,
            chunks,
            bytes,
        } = self.stage;
        self.store.send(Request::Finish { chunks })?;
        Ok(Receipt {
            name,
            chunks,
            bytes,
        })
    }

    /// Throws away what was sent.
    pub fn abort(mut self) -> io::Result<()> {
        self.store.send(Request::Abort)
    }
}
