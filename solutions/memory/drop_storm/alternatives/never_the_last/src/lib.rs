//! The price tree that all requests read, and that is replaced as a whole every few minutes.

use std::io;
use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// Holds the tree that is current, and a hold on each that was and is not freed: so no request is ever the
/// last to hold one. A thread named `reaper` lets go of those that nobody else holds.
#[derive(Debug)]
pub struct Store<T: Send + Sync + 'static> {
    shared: Arc<Shared<T>>,
    /// Taken by `drop` alone.
    reaper: Option<JoinHandle<()>>,
}

/// A tree that was current at some moment, for as long as a request needs it.
#[derive(Debug)]
pub struct Snapshot<T> {
    /// Taken by `drop` alone.
    tree: Option<Arc<T>>,
    shared: Arc<Shared<T>>,
}

#[derive(Debug)]
struct Shared<T> {
    trees: Mutex<Trees<T>>,
    changed: Condvar,
}

#[derive(Debug)]
struct Trees<T> {
    /// `None` when the store is gone.
    current: Option<Arc<T>>,
    retired: Vec<Arc<T>>,
    freeing: bool,
}

impl<T: Send + Sync + 'static> Store<T> {
    /// A store with its first tree.
    ///
    /// # Errors
    ///
    /// Fails if the system starts no further thread.
    pub fn new(first: T) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            trees: Mutex::new(Trees {
                current: Some(Arc::new(first)),
                retired: Vec::new(),
                freeing: false,
            }),
            changed: Condvar::new(),
        });
        let reaped = Arc::clone(&shared);
        let reaper = thread::Builder::new()
            .name("reaper".to_owned())
            .spawn(move || reaped.reap())?;
        Ok(Self {
            shared,
            reaper: Some(reaper),
        })
    }

    /// The tree that is current.
    pub fn current(&self) -> Snapshot<T> {
        Snapshot {
            tree: self.shared.lock().current.clone(),
            shared: Arc::clone(&self.shared),
        }
    }

    /// Makes `next` the current tree. Requests that have the one before go on with it.
    pub fn publish(&self, next: T) {
        let next = Some(Arc::new(next));
        let mut trees = self.shared.lock();
        let before = std::mem::replace(&mut trees.current, next);
        trees.retired.extend(before);
        self.shared.changed.notify_all();
        let _room = self
            .shared
            .changed
            .wait_while(trees, |trees| {
                trees.unheld() + usize::from(trees.freeing) > 2
            })
            .unwrap_or_else(PoisonError::into_inner);
    }
}

impl<T: Send + Sync + 'static> Drop for Store<T> {
    fn drop(&mut self) {
        let mut trees = self.shared.lock();
        let last = trees.current.take();
        trees.retired.extend(last);
        drop(trees);
        self.shared.changed.notify_all();
        if let Some(reaper) = self.reaper.take() {
            let _ = reaper.join();
        }
    }
}

impl<T> Deref for Snapshot<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.tree.as_ref().expect("taken by drop alone")
    }
}

impl<T> Drop for Snapshot<T> {
    fn drop(&mut self) {
        // Under the lock, so that the reaper can't look between the letting go and the notice.
        let trees = self.shared.lock();
        let tree = self.tree.take();
        if trees.current.is_some() {
            drop(tree);
            self.shared.changed.notify_all();
        } else {
            // The store is gone, and nobody else may be left to free it.
            drop(trees);
            drop(tree);
        }
    }
}

impl<T> Trees<T> {
    /// Nobody can clone one that is retired, so what is at one stays at one.
    fn unheld(&self) -> usize {
        let unheld = |tree: &&Arc<T>| Arc::strong_count(tree) == 1;
        self.retired.iter().filter(unheld).count()
    }
}

impl<T> Shared<T> {
    fn reap(&self) {
        let mut trees = self.lock();
        loop {
            let unheld = |tree: &Arc<T>| Arc::strong_count(tree) == 1;
            if let Some(place) = trees.retired.iter().position(unheld) {
                let tree = trees.retired.swap_remove(place);
                trees.freeing = true;
                drop(trees);
                drop(tree);
                trees = self.lock();
                trees.freeing = false;
                self.changed.notify_all();
            } else if trees.current.is_none() {
                // What is still held is freed by whoever holds it last.
                let held = std::mem::take(&mut trees.retired);
                drop(trees);
                drop(held);
                return;
            } else {
                trees = self
                    .changed
                    .wait(trees)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Trees<T>> {
        self.trees.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
