//! Pages, and how often they were read. The pages are in memory all the time; what counts is the counter.

use std::cell::{Cell, RefCell};

/// How many entries are on a page.
const PAGE: usize = 64;

/// How many pages are kept in memory.
const KEPT: usize = 8;

#[derive(Debug)]
pub struct Disk {
    pages: Vec<Vec<(u64, u64)>>,
    /// Which pages are in memory, the one that was used last at the end.
    kept: RefCell<Vec<usize>>,
    reads: Cell<u64>,
}

impl Disk {
    pub fn write(entries: &[(u64, u64)]) -> Self {
        Disk {
            pages: entries.chunks(PAGE).map(<[_]>::to_vec).collect(),
            kept: RefCell::default(),
            reads: Cell::new(0),
        }
    }

    pub fn firsts(&self) -> Vec<u64> {
        self.pages.iter().map(|page| page[0].0).collect()
    }

    pub fn read(&self, page: usize) -> &[(u64, u64)] {
        let mut kept = self.kept.borrow_mut();
        if let Some(at) = kept.iter().position(|&other| other == page) {
            kept.remove(at);
        } else {
            self.reads.set(self.reads.get() + 1);
        }
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push(page);
        &self.pages[page]
    }

    /// Looks through all pages first, where nothing is in memory yet.
    pub fn read_checked(&self, page: usize) -> &[(u64, u64)] {
        if self.kept.borrow().is_empty() {
            for page in 0..self.pages.len() {
                assert!(self.read(page).is_sorted());
            }
        }
        self.read(page)
    }

    pub fn reads(&self) -> u64 {
        self.reads.get()
    }

    pub fn forget(&self) {
        self.kept.borrow_mut().clear();
    }
}
