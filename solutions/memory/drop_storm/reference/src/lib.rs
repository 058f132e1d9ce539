//! The price tree that all requests read, and that is replaced as a whole every few minutes.

use std::io;
use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// How many trees that nobody holds may wait to be freed, the one that is being freed included, before
/// [`Store::publish`] waits.
const MAY_WAIT: usize = 2;

/// Holds the tree that is current. A thread named `reaper` frees those that were.
///
/// When a store is dropped, all trees that nobody holds are freed before `drop` returns, and the thread has
/// ended.
#[derive(Debug)]
pub struct Store<T: Send + Sync + 'static> {
    current: Mutex<Arc<T>>,
    grave: Arc<Grave<T>>,
    /// Taken by `drop` alone.
    reaper: Option<JoinHandle<()>>,
}

/// A tree that was current at some moment, for as long as a request needs it. To drop it is cheap, also if it
/// is the last one of its tree.
#[derive(Debug)]
pub struct Snapshot<T> {
    /// Taken by `drop` alone.
    tree: Option<Arc<T>>,
    grave: Arc<Grave<T>>,
}

/// The trees that nobody holds any more.
#[derive(Debug)]
struct Grave<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

#[derive(Debug)]
struct State<T> {
    dead: Vec<T>,
    freeing: bool,
    closed: bool,
}

impl<T: Send + Sync + 'static> Store<T> {
    /// A store with its first tree.
    ///
    /// # Errors
    ///
    /// Fails if the system starts no further thread.
    pub fn new(first: T) -> io::Result<Self> {
        let grave = Arc::new(Grave {
            state: Mutex::new(State {
                dead: Vec::new(),
                freeing: false,
                closed: false,
            }),
            changed: Condvar::new(),
        });
        let reaped = Arc::clone(&grave);
        let reaper = thread::Builder::new()
            .name("reaper".to_owned())
            .spawn(move || reaped.reap())?;
        Ok(Self {
            current: Mutex::new(Arc::new(first)),
            grave,
            reaper: Some(reaper),
        })
    }

    /// The tree that is current.
    pub fn current(&self) -> Snapshot<T> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        Snapshot {
            tree: Some(Arc::clone(&current)),
            grave: Arc::clone(&self.grave),
        }
    }

    /// Makes `next` the current tree. Requests that have the one before go on with it.
    ///
    /// Then waits until at most two trees that nobody holds are not freed yet: whoever makes garbage is the
    /// one to wait for the collection, and not those who read.
    pub fn publish(&self, next: T) {
        let next = Arc::new(next);
        let before = {
            let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *current, next)
        };
        self.grave.bury(before);
        self.grave.wait_for_room();
    }
}

impl<T: Send + Sync + 'static> Drop for Store<T> {
    fn drop(&mut self) {
        self.grave.lock().closed = true;
        self.grave.changed.notify_all();
        if let Some(reaper) = self.reaper.take() {
            // An error is the panic of a tree's own drop. There is nothing left to do about it.
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
        if let Some(tree) = self.tree.take() {
            self.grave.bury(tree);
        }
    }
}

impl<T> Grave<T> {
    /// Gives up one hold on a tree. Never waits for a tree to be freed.
    fn bury(&self, tree: Arc<T>) {
        // Not `strong_count() == 1`: two who ask at the same time may both hear 2, and then one of them frees
        // the tree. Of all who call `into_inner`, exactly one gets the value.
        let Some(tree) = Arc::into_inner(tree) else {
            return;
        };
        let mut state = self.lock();
        if state.closed {
            // The store is gone and its thread with it. Without the lock, as it may take a while.
            drop(state);
            drop(tree);
        } else {
            state.dead.push(tree);
            self.changed.notify_all();
        }
    }

    fn wait_for_room(&self) {
        let state = self.lock();
        let _room = self
            .changed
            .wait_while(state, |state| {
                state.dead.len() + usize::from(state.freeing) > MAY_WAIT
            })
            .unwrap_or_else(PoisonError::into_inner);
    }

    /// Frees what is buried, until the store is gone and nothing is left.
    fn reap(&self) {
        let mut state = self.lock();
        loop {
            if let Some(tree) = state.dead.pop() {
                state.freeing = true;
                drop(state);
                drop(tree);
                state = self.lock();
                state.freeing = false;
                self.changed.notify_all();
            } else if state.closed {
                return;
            } else {
                state = self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
