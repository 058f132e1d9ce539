//! Memory for the time of a request: taken in pieces, given back all at once.

use std::alloc::Layout;
use std::cell::{Cell, UnsafeCell};
use std::ptr::NonNull;

/// A region that is handed out from one end to the other.
pub struct Bump {
    region: UnsafeCell<Vec<u8>>,
    used: Cell<usize>,
}

impl Bump {
    /// A region of so many bytes. This is all that is ever allocated.
    pub fn new(capacity: usize) -> Self {
        Self {
            region: UnsafeCell::new(vec![0; capacity]),
            used: Cell::new(0),
        }
    }

    /// Bytes that are handed out, those included that were skipped for alignment.
    pub fn used(&self) -> usize {
        self.used.get()
    }

    /// Memory for this layout, whose contents are anything; `None` if it does not fit. It is the caller's until the next
    /// reset, or until the region is dropped.
    pub fn alloc(&self, layout: Layout) -> Option<NonNull<u8>> {
        let start = self.used.get().next_multiple_of(layout.align());
        self.used.set(start + layout.size());
        // SAFETY: nobody else looks at the vector, and `get_mut` checks the range.
        let region = unsafe { &mut *self.region.get() };
        let piece = region.get_mut(start..start + layout.size())?;
        Some(NonNull::from(piece).cast())
    }

    /// The value, moved into the region; `None` if it does not fit.
    pub fn value<T: Copy>(&self, value: T) -> Option<&mut T> {
        let place = self.alloc(Layout::new::<T>())?.cast::<T>();
        // SAFETY: the place is for one `T`.
        unsafe {
            place.write(value);
            Some(&mut *place.as_ptr())
        }
    }

    /// So many copies of the value in a row; `None` if they do not fit.
    pub fn slice<T: Copy>(&self, len: usize, value: T) -> Option<&mut [T]> {
        let layout = Layout::from_size_align(size_of::<T>() * len, align_of::<T>()).ok()?;
        let place = self.alloc(layout)?.cast::<T>();
        // SAFETY: the place is for `len` of `T`.
        unsafe {
            for number in 0..len {
                place.add(number).write(value);
            }
            Some(std::slice::from_raw_parts_mut(place.as_ptr(), len))
        }
    }

    /// Takes everything back.
    pub fn reset(&mut self) {
        self.used.set(0);
    }
}
