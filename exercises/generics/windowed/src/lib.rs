//! What changed from one reading to the next.

use std::iter::FusedIterator;
use std::vec;

/// What each item and its successor come to. Made by [`PairsExt::pairs_by`].
#[derive(Debug, Clone)]
pub struct PairsBy<B> {
    results: vec::IntoIter<B>,
}

/// Pairs of neighbours for every iterator.
pub trait PairsExt: Iterator {
    /// Calls `combine` with each item and its successor: one result less than there are items.
    fn pairs_by<B, F>(self, mut combine: F) -> PairsBy<B>
    where
        Self: Sized,
        F: FnMut(&Self::Item, &Self::Item) -> B,
    {
        let items: Vec<Self::Item> = self.collect();
        let results: Vec<B> = items
            .windows(2)
            .map(|pair| combine(&pair[0], &pair[1]))
            .collect();
        PairsBy {
            results: results.into_iter(),
        }
    }
}

impl<I: Iterator> PairsExt for I {}

impl<B> Iterator for PairsBy<B> {
    type Item = B;

    fn next(&mut self) -> Option<B> {
        self.results.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.results.size_hint()
    }
}

impl<B> DoubleEndedIterator for PairsBy<B> {
    fn next_back(&mut self) -> Option<B> {
        self.results.next_back()
    }
}

impl<B> ExactSizeIterator for PairsBy<B> {}

impl<B> FusedIterator for PairsBy<B> {}
