//! Readings of a wind farm: merged from several masts, split again by turbine.

use std::collections::{BTreeMap, HashMap};

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

/// Merges feeds, each in the order of time, into one that is in the order of time.
pub async fn merge(feeds: Vec<mpsc::Receiver<Reading>>, merged: mpsc::Sender<Reading>) {
    let mut readings = Vec::new();
    for mut feed in feeds {
        while let Some(reading) = feed.recv().await {
            readings.push(reading);
        }
    }
    // Stable: at equal times the feed that comes first goes first.
    readings.sort_by_key(|reading| reading.at);
    for reading in readings {
        if merged.send(reading).await.is_err() {
            return;
        }
    }
}

/// Passes each reading to the queue of its turbine, which `open` makes when the first one comes. Returns how
/// many readings each turbine has lost, when no more can come.
pub async fn split(
    mut merged: mpsc::Receiver<Reading>,
    mut open: impl FnMut(&str) -> mpsc::Sender<Reading>,
) -> BTreeMap<String, u64> {
    let mut queues: HashMap<String, mpsc::Sender<Reading>> = HashMap::new();
    let mut lost = BTreeMap::new();
    while let Some(reading) = merged.recv().await {
        let turbine = reading.turbine.clone();
        let queue = queues
            .entry(turbine.clone())
            .or_insert_with(|| open(&turbine));
        if queue.send(reading).await.is_err() {
            *lost.entry(turbine).or_default() += 1;
        }
    }
    lost
}
