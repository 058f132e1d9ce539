//! Readings of a wind farm: merged from several masts, split again by turbine.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use tokio::sync::mpsc;
/// What a turbine's instruments have measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// When, in milliseconds.
    pub at: u64,
    /// Which turbine.
    pub turbine: String,
    /// What it was.
    pub value: i64,
}

/// Merges feeds, each in the order of time, into one that is in the order of time; at equal times the feed
/// that comes first goes first.
///
/// A reading is passed on as soon as it is certain that none before it can come: each other feed has shown
/// its next reading, or is closed. So a feed that is open and silent holds up the others. No more than one
/// reading of each feed is taken ahead.
///
/// Ends when all feeds are closed and everything is passed on, or at once when nobody reads any more.
pub async fn merge(feeds: Vec<mpsc::Receiver<Reading>>, merged: mpsc::Sender<Reading>) {
    pass_on(feeds, &merged).await;
}

async fn pass_on(mut feeds: Vec<mpsc::Receiver<Reading>>, merged: &mpsc::Sender<Reading>) {
    // The next reading of each feed, and who of them is first. The feed's number is a part of the order, so
    // that equal times are in the order of the feeds and not in that of the heap's mood.
    let mut heads: Vec<Option<Reading>> = Vec::with_capacity(feeds.len());
    let mut first = BinaryHeap::with_capacity(feeds.len());
    for (number, feed) in feeds.iter_mut().enumerate() {
        // One after the other is as good as all at once: the first reading can't go before all are here.
        let head = feed.recv().await;
        first.extend(head.as_ref().map(|head| Reverse((head.at, number))));
        heads.push(head);
    }
    while let Some(Reverse((_, number))) = first.pop() {
        let Some(reading) = heads[number].take() else {
            continue;
        };
        if merged.send(reading).await.is_err() {
            return;
        }
        // Every other feed has a head or is closed, so this one is the only one to wait for.
        heads[number] = feeds[number].recv().await;
        first.extend(
            heads[number]
                .as_ref()
                .map(|head| Reverse((head.at, number))),
        );
    }
}

/// Passes each reading to the queue of its turbine, which `open` makes when the first one comes. Returns how
/// many readings each turbine has lost, when no more can come.
///
/// It never waits for a queue. A reading that finds its queue full, or its reader gone, is lost and counted,
/// and no other turbine notices.
pub async fn split(
    mut merged: mpsc::Receiver<Reading>,
    mut open: impl FnMut(&str) -> mpsc::Sender<Reading>,
) -> BTreeMap<String, u64> {
    let mut queues: HashMap<String, mpsc::Sender<Reading>> = HashMap::new();
    let mut lost = BTreeMap::new();
    while let Some(reading) = merged.recv().await {
        let queue = match queues.get(&reading.turbine) {
            Some(queue) => queue,
            None => queues
                .entry(reading.turbine.clone())
                .or_insert_with_key(|turbine| open(turbine)),
        };
        // `send` would wait for the slowest turbine on behalf of all others. A queue that is closed stays in
        // the map: it is the memory of having been opened.
        if let Err(refused) = queue.try_send(reading) {
            let reading = refused.into_inner();
            *lost.entry(reading.turbine).or_default() += 1;
        }
    }
    lost
}
