//! What `std::sync` has, as far as models need it.

mod arc;
pub mod atomic;
mod condvar;
mod known;
mod mutex;
mod rwlock;

pub use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

pub use arc::Arc;
pub use condvar::Condvar;
pub use mutex::{Mutex, MutexGuard};
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
