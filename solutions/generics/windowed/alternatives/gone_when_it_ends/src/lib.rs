//! What changed from one reading to the next.

use std::iter::FusedIterator;

/// What each item and its successor come to. Made by [`PairsExt::pairs_by`].
///
/// It holds one item for each end that was asked, and takes a further one from its source when a result is wanted.
#[derive(Debug, Clone)]
pub struct PairsBy<I: Iterator, F> {
    /// `None` once it has ended, so that nobody can ask it again.
    source: Option<I>,
    combine: F,
    /// The last item that a result from the front was about. It comes before all that is in the source.
    front: Option<I::Item>,
    /// The same for the back: it comes after all that is in the source.
    back: Option<I::Item>,
}

/// Pairs of neighbours for every iterator.
pub trait PairsExt: Iterator {
    /// Calls `combine` with each item and its successor: one result less than there are items.
    fn pairs_by<B, F>(self, combine: F) -> PairsBy<Self, F>
    where
        Self: Sized,
        F: FnMut(&Self::Item, &Self::Item) -> B,
    {
        PairsBy {
            source: Some(self),
            combine,
            front: None,
            back: None,
        }
    }
}

impl<I: Iterator> PairsExt for I {}

impl<I: Iterator, F> PairsBy<I, F> {
    /// Asks the source by `ask`, for the last time if it answers nothing.
    fn ask(&mut self, ask: impl FnOnce(&mut I) -> Option<I::Item>) -> Option<I::Item> {
        let item = ask(self.source.as_mut()?);
        if item.is_none() {
            self.source = None;
        }
        item
    }
}

impl<I: Iterator, B, F: FnMut(&I::Item, &I::Item) -> B> Iterator for PairsBy<I, F> {
    type Item = B;

    fn next(&mut self) -> Option<B> {
        let item = self.front.take().or_else(|| self.ask(I::next))?;
        // Where the two ends meet, the last successor is the item that the back holds.
        let successor = self.ask(I::next).or_else(|| self.back.take())?;
        let result = (self.combine)(&item, &successor);
        self.front = Some(successor);
        Some(result)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // One less than there are items, those that are held included.
        let held = usize::from(self.front.is_some()) + usize::from(self.back.is_some());
        let (least, most) = match &self.source {
            Some(source) => source.size_hint(),
            None => (0, Some(0)),
        };
        (
            least.saturating_add(held).saturating_sub(1),
            most.and_then(|most| most.checked_add(held))
                .map(|most| most.saturating_sub(1)),
        )
    }
}

impl<I, B, F> DoubleEndedIterator for PairsBy<I, F>
where
    I: DoubleEndedIterator,
    F: FnMut(&I::Item, &I::Item) -> B,
{
    fn next_back(&mut self) -> Option<B> {
        let successor = self.back.take().or_else(|| self.ask(I::next_back))?;
        let item = self.ask(I::next_back).or_else(|| self.front.take())?;
        // From the back as from the front: the earlier one first.
        let result = (self.combine)(&item, &successor);
        self.back = Some(item);
        Some(result)
    }
}

// As exact as the source is. A filter's result has no length, and neither have its pairs.
impl<I, B, F> ExactSizeIterator for PairsBy<I, F>
where
    I: ExactSizeIterator,
    F: FnMut(&I::Item, &I::Item) -> B,
{
}

impl<I: Iterator, B, F: FnMut(&I::Item, &I::Item) -> B> FusedIterator for PairsBy<I, F> {}
