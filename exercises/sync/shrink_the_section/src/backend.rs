//! What is slow, and what can go wrong.

use std::error::Error;
use std::fmt;
use std::io;

/// Computes and writes. Both take their time: some ten milliseconds for a large attachment, and seconds when the
/// disk is busy.
pub trait Backend: Send + Sync {
    /// The key of this content: the same for the same bytes, another for others.
    fn digest(&self, bytes: &[u8]) -> u64;

    /// Writes the content to its place on disk. Writing the same once more does no harm.
    ///
    /// # Errors
    ///
    /// If the disk does not take it. Then nothing is there.
    fn write(&self, key: u64, bytes: &[u8]) -> io::Result<()>;
}

/// Why content was not stored.
#[derive(Debug)]
pub enum PutError {
    /// There is no room for it.
    Full {
        /// How many bytes there were room for.
        left: usize,
    },
    /// The disk did not take it.
    Disk(io::Error),
}

impl fmt::Display for PutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PutError::Full { left } => write!(f, "store: room for {left} bytes is left"),
            PutError::Disk(_) => f.write_str("store: write"),
        }
    }
}

impl Error for PutError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            PutError::Full { .. } => None,
            PutError::Disk(error) => Some(error),
        }
    }
}
