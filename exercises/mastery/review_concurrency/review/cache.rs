//! Prices that were asked for before.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::ports::{Gauges, Listener, Rounding, Source, Unavailable};

/// Prices by article.
pub struct Cache {
    source: Arc<dyn Source>,
    rounding: Arc<dyn Rounding>,
    gauges: Arc<dyn Gauges>,
    entries: Mutex<HashMap<String, u64>>,
    listeners: Mutex<Vec<Arc<dyn Listener>>>,
    hits: AtomicU64,
}

impl Cache {
    pub fn new(
        source: Arc<dyn Source>,
        rounding: Arc<dyn Rounding>,
        gauges: Arc<dyn Gauges>,
    ) -> Self {
        Cache {
            source,
            rounding,
            gauges,
            entries: Mutex::default(),
            listeners: Mutex::default(),
            hits: AtomicU64::new(0),
        }
    }

    /// The price of an article, from the source if it is not here. However many ask for one that is not here
    /// at the same time, the source is asked once.
    pub fn get(&self, sku: &str) -> Result<u64, Unavailable> {
        if let Some(cents) = locked(&self.entries).get(sku) {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(*cents);
        }
        // Two seconds, and nobody waits for us.
        let cents = self.source.price(sku)?;
        // Somebody may have set it meanwhile, and knows better.
        Ok(*locked(&self.entries).entry(sku.to_owned()).or_insert(cents))
    }

    /// How many prices were found here. Read once a minute, for a graph.
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    /// Sets a price, and tells the listeners if it is another one.
    pub fn put(&self, sku: &str, cents: u64) {
        let mut entries = locked(&self.entries);
        let before = entries.insert(sku.to_owned(), cents);
        self.gauges.set("entries", entries.len());
        if before != Some(cents) {
            let listeners = locked(&self.listeners).clone();
            for listener in listeners {
                listener.changed(self, sku);
            }
        }
    }

    /// Raises a price by so many percent, if it is here. Nothing that others set meanwhile is undone.
    pub fn raise(&self, sku: &str, percent: u64) {
        let Some(cents) = locked(&self.entries).get(sku).copied() else {
            return;
        };
        // Reads a disk, so not under the lock.
        let raised = self.rounding.round(cents * (100 + percent) / 100);
        locked(&self.entries).insert(sku.to_owned(), raised);
    }

    /// Adds a listener. It misses no change after those that it is told of here.
    pub fn subscribe(&self, listener: Arc<dyn Listener>) {
        let mut listeners = locked(&self.listeners);
        listeners.push(listener.clone());
        self.gauges.set("listeners", listeners.len());
        let known: Vec<String> = locked(&self.entries).keys().cloned().collect();
        drop(listeners);
        for sku in known {
            listener.changed(self, &sku);
        }
    }
}

/// A price is a number: a panic elsewhere leaves none half written.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
