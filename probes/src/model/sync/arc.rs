//! A shared owner that can be dropped when the model has failed.

use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;

use crate::model::record;

/// Loom's `Arc`: counting is a step of the model, and an `Arc` that is never dropped is an error.
///
/// Those steps multiply the orders. A model of three threads that only wants to share takes
/// `std::sync::Arc`, and is done in a fraction of the time.
///
/// Loom's own can't be dropped after a deadlock: it would panic again, and the process would end without a
/// word. This one is leaked then.
pub struct Arc<T: ?Sized> {
    inner: ManuallyDrop<loom::sync::Arc<T>>,
}

impl<T> Arc<T> {
    /// The first owner of a value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self {
            inner: ManuallyDrop::new(loom::sync::Arc::new(value)),
        }
    }
}

impl<T: ?Sized> Arc<T> {
    /// How many owners there are.
    #[track_caller]
    pub fn strong_count(this: &Self) -> usize {
        loom::sync::Arc::strong_count(&this.inner)
    }

    /// Whether both own the same value.
    #[must_use]
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        loom::sync::Arc::ptr_eq(&this.inner, &other.inner)
    }
}

impl<T: ?Sized> Clone for Arc<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        Self {
            inner: ManuallyDrop::new(loom::sync::Arc::clone(&self.inner)),
        }
    }
}

impl<T: ?Sized> Deref for Arc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: ?Sized> Drop for Arc<T> {
    fn drop(&mut self) {
        if !record::stopped() {
            // SAFETY: only here, and a drop happens once.
            unsafe { ManuallyDrop::drop(&mut self.inner) }
        }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Arc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
