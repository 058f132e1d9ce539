//! What `std::sync::atomic` has: loom's atomics, with a record of what each step did.

use std::fmt;
use std::panic::Location;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use loom::sync::atomic::Ordering;

use super::known::Known;
use crate::model::record;
use crate::model::steps::Step;

/// A fence: lets relaxed reads before it, or relaxed writes after it, bring along what an ordering of
/// their own would.
#[track_caller]
pub fn fence(order: Ordering) {
    let place = Location::caller();
    if record::stopped() {
        return;
    }
    loom::sync::atomic::fence(order);
    record::with(|record, me| {
        let met = record.fence(me, order).join(" and ");
        let mut step = Step::new(format!("fence, {order:?}")).at(place);
        if !met.is_empty() && record.style.orderings {
            step = step.noting(format!("from here on, with all that {met} did before"));
        }
        record.add(me, step);
    });
}

/// A fence for the compiler alone. Between threads it orders nothing, and so it does here.
#[track_caller]
pub fn compiler_fence(order: Ordering) {
    let place = Location::caller();
    if record::stopped() {
        return;
    }
    record::with(|record, me| {
        let step = Step::new(format!("compiler_fence, {order:?}")).at(place);
        record.add(me, step.noting("orders nothing between threads".to_owned()));
    });
}

// The macros forward and nothing else; what there is to think about is in `known`.
macro_rules! recorded {
    ($($name:ident: $value:ty),* $(,)?) => { $(
        #[doc = concat!("`std::sync::atomic::", stringify!($name), "` in a model.")]
        pub struct $name {
            inner: loom::sync::atomic::$name,
            known: Mutex<Known<$value>>,
        }

        impl $name {
            /// An atomic to share. The record calls it as the field or variable is called, if names are
            /// shown.
            #[track_caller]
            pub fn new(value: $value) -> Self {
                Self {
                    inner: loom::sync::atomic::$name::new(value),
                    known: Mutex::new(Known::new(value)),
                }
            }

            fn known(&self) -> MutexGuard<'_, Known<$value>> {
                self.known.lock().unwrap_or_else(PoisonError::into_inner)
            }

            /// The value, which nobody shares any more.
            pub fn into_inner(self) -> $value {
                self.known().latest()
            }

            /// Reads; may return an old value.
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                if record::stopped() {
                    return self.known().latest();
                }
                let value = self.inner.load(order);
                self.known().loaded(value, order, Location::caller());
                value
            }

            /// Writes, over whatever is there.
            #[track_caller]
            pub fn store(&self, value: $value, order: Ordering) {
                if record::stopped() {
                    return;
                }
                self.inner.store(value, order);
                self.known().stored(value, order, Location::caller());
            }

            /// Writes, and returns what was there.
            #[track_caller]
            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                if record::stopped() {
                    return self.known().latest();
                }
                let before = self.inner.swap(value, order);
                self.known().updated("swap", (before, value), order, Location::caller());
                before
            }

            /// Writes if the current value is there, and returns what was there.
            ///
            /// # Errors
            ///
            /// If another value was there.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                if record::stopped() {
                    // Without the write, but with an answer that ends every loop around it.
                    let found = self.known().latest();
                    return if found == current { Ok(found) } else { Err(found) };
                }
                let place = Location::caller();
                let answer = self.inner.compare_exchange(current, new, success, failure);
                match answer {
                    Ok(_) => {
                        let how = "compare_exchange";
                        self.known().updated(how, (current, new), success, place);
                    }
                    Err(found) => self.known().refused(current, found, failure, place),
                }
                answer
            }

            /// As `compare_exchange`. In a model it fails for a reason only.
            ///
            /// # Errors
            ///
            /// As `compare_exchange`.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.compare_exchange(current, new, success, failure)
            }

            /// Tries to exchange until it succeeds, or until there is no new value.
            ///
            /// # Errors
            ///
            /// If there is no new value.
            #[track_caller]
            pub fn fetch_update(
                &self,
                set: Ordering,
                fetch: Ordering,
                mut change: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                let mut current = self.load(fetch);
                while let Some(new) = change(current) {
                    match self.compare_exchange_weak(current, new, set, fetch) {
                        Ok(before) => return Ok(before),
                        Err(found) => current = found,
                    }
                }
                Err(current)
            }

            /// Another name of `fetch_update`.
            ///
            /// # Errors
            ///
            /// As `fetch_update`.
            #[track_caller]
            pub fn try_update(
                &self,
                set: Ordering,
                fetch: Ordering,
                change: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                self.fetch_update(set, fetch, change)
            }

            /// As `fetch_update`, where there always is a new value.
            #[track_caller]
            pub fn update(
                &self,
                set: Ordering,
                fetch: Ordering,
                mut change: impl FnMut($value) -> $value,
            ) -> $value {
                let mut current = self.load(fetch);
                loop {
                    let new = change(current);
                    match self.compare_exchange_weak(current, new, set, fetch) {
                        Ok(before) => return before,
                        Err(found) => current = found,
                    }
                }
            }
        }

        impl Default for $name {
            #[track_caller]
            fn default() -> Self {
                Self::new(<$value>::default())
            }
        }

        impl From<$value> for $name {
            #[track_caller]
            fn from(value: $value) -> Self {
                Self::new(value)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.known().latest().fmt(f)
            }
        }
    )* };
}

macro_rules! updates {
    ($($name:ident: $value:ty { $($method:ident: $after:expr),* $(,)? })*) => { $(
        impl $name {
            $(
                #[doc = concat!("`", stringify!($method), "`: changes, and returns what was there.")]
                #[track_caller]
                pub fn $method(&self, value: $value, order: Ordering) -> $value {
                    if record::stopped() {
                        return self.known().latest();
                    }
                    let after: fn($value, $value) -> $value = $after;
                    let before = self.inner.$method(value, order);
                    let change = (before, after(before, value));
                    self.known().updated(stringify!($method), change, order, Location::caller());
                    before
                }
            )*
        }
    )* };
}

macro_rules! integers {
    ($($name:ident: $value:ty),* $(,)?) => {
        recorded!($($name: $value),*);
        $( updates! { $name: $value {
            fetch_add: |a, b| a.wrapping_add(b),
            fetch_sub: |a, b| a.wrapping_sub(b),
            fetch_and: |a, b| a & b,
            fetch_nand: |a, b| !(a & b),
            fetch_or: |a, b| a | b,
            fetch_xor: |a, b| a ^ b,
            fetch_max: |a, b| a.max(b),
            fetch_min: |a, b| a.min(b),
        } } )*
    };
}

integers!(
    AtomicU8: u8,
    AtomicU16: u16,
    AtomicU32: u32,
    AtomicU64: u64,
    AtomicUsize: usize,
    AtomicI8: i8,
    AtomicI16: i16,
    AtomicI32: i32,
    AtomicI64: i64,
    AtomicIsize: isize,
);

recorded!(AtomicBool: bool);
updates! { AtomicBool: bool {
    fetch_and: |a, b| a & b,
    fetch_nand: |a, b| !(a & b),
    fetch_or: |a, b| a | b,
    fetch_xor: |a, b| a ^ b,
} }
