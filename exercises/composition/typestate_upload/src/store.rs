//! What the far end understands.

use std::io;

/// One request to the store.
///
/// The store keeps no order: it carries out each request for itself. What belongs together, and what
/// comes first, is the client's affair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request<'a> {
    /// Says who is asking.
    Authenticate {
        /// The secret that the store knows.
        token: &'a str,
    },
    /// Opens a place for the chunks of one object.
    Begin {
        /// What the object will be called.
        name: &'a str,
    },
    /// Puts one piece of the object there.
    Chunk {
        /// Which piece, counted from 1.
        number: u64,
        /// What is in it.
        bytes: &'a [u8],
    },
    /// Makes an object of the chunks that are there, in place of the one that had its name.
    Finish {
        /// How many chunks the client has counted. The store writes it into its log.
        chunks: u64,
    },
    /// Throws the chunks away.
    Abort,
}

/// The far end, or something that plays it.
pub trait Store {
    /// Carries out one request. After an error it has not been carried out.
    fn send(&mut self, request: Request<'_>) -> io::Result<()>;
}
