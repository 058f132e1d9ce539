//! A sorted table on disk: numbers by key, written once and read often.
//!
//! What matters is how many pages are read, so that is part of the contract:
//!
//! - A page holds at least 50 entries.
//! - `get` reads at most one page, for any key and a table of any size, whether the key is there or not.
//! - The eight pages that were read last are in memory: to look into them reads nothing.
//! - `range` reads nothing. Its iterator reads a page when it comes to its first entry, and each page once,
//!   whatever happens to the table meanwhile.
//!
//! All of it holds from the first call on, after `forget` as well.

mod disk;

use disk::Disk;

/// A table.
#[derive(Debug)]
pub struct Table {
    disk: Disk,
    /// The first key of each page. This is in memory, the pages are not.
    firsts: Vec<u64>,
}

impl Table {
    /// Writes the entries, which have to be in the order of their keys.
    ///
    /// # Panics
    ///
    /// If they are not, or if two have the same key.
    #[must_use]
    pub fn build(entries: &[(u64, u64)]) -> Self {
        assert!(
            entries.is_sorted_by(|one, next| one.0 < next.0),
            "the entries of a table are sorted by key, and no key comes twice"
        );
        let disk = Disk::write(entries);
        Table {
            firsts: disk.firsts(),
            disk,
        }
    }

    /// The number of a key.
    pub fn get(&self, key: u64) -> Option<u64> {
        let page = self.page(key)?;
        let found = |page| {
            let entries = self.disk.read(page);
            let at = entries.binary_search_by_key(&key, |entry| entry.0).ok()?;
            Some(entries[at].1)
        };
        match found(page) {
            None if page + 1 < self.firsts.len() => found(page + 1),
            found => found,
        }
    }

    /// The entries from a key on, in the order of their keys.
    pub fn range(&self, from: u64) -> impl Iterator<Item = (u64, u64)> {
        let first = self.page(from).unwrap_or(0);
        (first..self.firsts.len())
            .flat_map(|page| self.disk.read(page).iter().copied())
            .skip_while(move |&(key, _)| key < from)
    }

    /// How many pages were read since the table was built.
    pub fn reads(&self) -> u64 {
        self.disk.reads()
    }

    /// Leaves no page in memory, as after a restart.
    pub fn forget(&self) {
        self.disk.forget();
    }

    /// The page that a key is on, if it is anywhere.
    fn page(&self, key: u64) -> Option<usize> {
        let after = self.firsts.partition_point(|&first| first <= key);
        after.checked_sub(1)
    }
}
