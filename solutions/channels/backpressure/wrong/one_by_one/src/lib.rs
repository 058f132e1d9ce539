//! Imports a supplier's catalogue: one side reads records, the other side stores them.

use std::error::Error;
use std::fmt;

/// How many records may wait between reading and storing.
pub const AHEAD: usize = 32;

/// One article, as the supplier sends it.
#[derive(Debug)]
pub struct Record {
    /// Its line of the catalogue.
    pub line: Vec<u8>,
}

/// Where records come from.
pub trait Source {
    /// The next record, or `None` at the end.
    ///
    /// # Errors
    ///
    /// Fails if the catalogue breaks off.
    fn next(&mut self) -> impl Future<Output = Result<Option<Record>, Failed>>;
}

/// Where records go.
pub trait Store {
    /// Stores a record.
    ///
    /// # Errors
    ///
    /// Fails if the record was not stored, and would fail again.
    fn put(&mut self, record: Record) -> impl Future<Output = Result<(), Failed>>;
}

/// One side of an import can't go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// Which side, and why.
    pub reason: String,
}

/// Imports all records in order, and returns how many were stored.
///
/// Reading and storing go on side by side. At most [`AHEAD`] records wait between the two, beside the one
/// that was just read and the one that is being stored; then reading waits for the store.
///
/// # Errors
///
/// Fails if the source does, after everything that was read before is stored; and at once if the store
/// does, whatever the source is waiting for.
pub async fn import(mut source: impl Source, mut store: impl Store) -> Result<u64, Failed> {
    let mut stored = 0;
    while let Some(record) = source.next().await? {
        store.put(record).await?;
        stored += 1;
    }
    Ok(stored)
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the import can't go on: {}", self.reason)
    }
}

impl Error for Failed {}
