//! A ring between one thread that puts and one that takes.
//!
//! The ring takes its types from [`sync`] and from nowhere else. Here that is the standard library;
//! `tests/under_loom.rs` compiles the same file against the model checker's types.

/// What the ring may use.
pub mod sync {
    pub use std::sync::{Arc, atomic};

    /// `std::cell::UnsafeCell` in the form that a model can watch: the pointer is there inside of a closure only.
    pub mod cell {
        /// Memory that is shared without a lock.
        #[derive(Debug)]
        pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

        impl<T> UnsafeCell<T> {
            /// A value to share.
            pub const fn new(value: T) -> Self {
                Self(std::cell::UnsafeCell::new(value))
            }

            /// Gives a pointer to read through.
            pub fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
                read(self.0.get())
            }

            /// Gives a pointer to write through.
            pub fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
                write(self.0.get())
            }
        }
    }
}

pub mod ring;

pub use ring::{Consumer, Producer, ring};
