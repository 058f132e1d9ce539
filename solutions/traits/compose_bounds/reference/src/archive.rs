//! An archive: the entries' bytes, then one line `name start size` for each entry, then eight bytes that tell
//! where the lines begin.

use std::collections::BTreeMap;
use std::io::{self, SeekFrom};
use std::ops::Range;

use crate::Source;

const TRAILER: u64 = 8;

/// An archive that is open.
#[derive(Debug)]
pub struct Archive<S> {
    source: S,
    entries: BTreeMap<String, Range<u64>>,
}

impl<S: Source> Archive<S> {
    /// Reads the list of entries.
    ///
    /// # Errors
    ///
    /// What the source says, and `InvalidData` for what is no archive.
    pub fn open(mut source: S) -> io::Result<Self> {
        let trailer = source
            .length()?
            .checked_sub(TRAILER)
            .ok_or_else(|| invalid("no trailer"))?;
        let mut start = [0; TRAILER as usize];
        source.seek(SeekFrom::Start(trailer))?;
        source.read_exact(&mut start)?;
        let start = u64::from_le_bytes(start);
        let size = trailer
            .checked_sub(start)
            .ok_or_else(|| invalid("the list begins behind its end"))?;

        let mut list = vec![0; usize::try_from(size).map_err(|_| invalid("the list is too long"))?];
        source.seek(SeekFrom::Start(start))?;
        source.read_exact(&mut list)?;
        let list = String::from_utf8(list).map_err(|_| invalid("the list is no text"))?;
        let entries = list
            .lines()
            .map(|line| entry(line, start).ok_or_else(|| invalid("a line of the list is wrong")))
            .collect::<io::Result<_>>()?;
        Ok(Self { source, entries })
    }

    /// The names of the entries, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The bytes of an entry.
    ///
    /// # Errors
    ///
    /// `NotFound`, and what the source says.
    pub fn read(&mut self, name: &str) -> io::Result<Vec<u8>> {
        let range = self.entries.get(name).ok_or(io::ErrorKind::NotFound)?;
        let size =
            usize::try_from(range.end - range.start).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let mut bytes = vec![0; size];
        self.source.seek(SeekFrom::Start(range.start))?;
        self.source.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// `name start size`; entries end where the list begins, or before.
fn entry(line: &str, list: u64) -> Option<(String, Range<u64>)> {
    let mut words = line.split(' ');
    let (name, start, size) = (words.next()?, words.next()?, words.next()?);
    let start: u64 = start.parse().ok()?;
    let end = start.checked_add(size.parse().ok()?)?;
    (words.next().is_none() && end <= list).then(|| (name.to_owned(), start..end))
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
