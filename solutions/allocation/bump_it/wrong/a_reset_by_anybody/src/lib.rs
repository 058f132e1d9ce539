//! Memory for the time of a request: taken in pieces, given back all at once.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::ptr::NonNull;

/// Where the region begins. What `malloc` promises on the machines that count, so a region can begin with any basic type.
const ALIGN: usize = 16;

/// A region that is handed out from one end to the other.
///
/// The pointer makes it neither `Send` nor `Sync`. The second is needed (two threads would be handed the same bytes);
/// the first could be allowed.
pub struct Bump {
    // Raw, and not a `Vec` or a `Box`: those claim to be the only way to their memory, and here references into it are
    // handed out while `self` is in use.
    base: NonNull<u8>,
    region: Layout,
    used: Cell<usize>,
}

impl Bump {
    /// A region of so many bytes. This is all that is ever allocated.
    ///
    /// # Panics
    ///
    /// Panics if no such region can exist, being larger than `isize::MAX`.
    pub fn new(capacity: usize) -> Self {
        let region = Layout::from_size_align(capacity, ALIGN).expect("a region that can exist");
        let base = if capacity == 0 {
            // The allocator may not be asked for nothing; any aligned address will do.
            NonNull::<u128>::dangling().cast()
        } else {
            // SAFETY: the size is not zero.
            NonNull::new(unsafe { alloc(region) }).unwrap_or_else(|| handle_alloc_error(region))
        };
        Self {
            base,
            region,
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
        // An address has an alignment, an offset has none: where the region begins counts.
        let base = self.base.addr().get();
        let start = (base + self.used.get()).checked_next_multiple_of(layout.align())? - base;
        let end = start.checked_add(layout.size())?;
        if end > self.region.size() {
            // Before anything is changed: something smaller may still fit.
            return None;
        }
        self.used.set(end);
        // SAFETY: `start` is at most the region's end.
        Some(unsafe { self.base.add(start) })
    }

    /// The value, moved into the region; `None` if it does not fit.
    pub fn value<T: Copy>(&self, value: T) -> Option<&mut T> {
        self.slice(1, value).map(|slice| &mut slice[0])
    }

    /// So many copies of the value in a row; `None` if they do not fit.
    // `Copy`, because a type with a destructor would never be dropped.
    #[expect(clippy::mut_from_ref, reason = "each call has bytes of its own")]
    pub fn slice<T: Copy>(&self, len: usize, value: T) -> Option<&mut [T]> {
        let place = self.alloc(Layout::array::<T>(len).ok()?)?.cast::<T>();
        // SAFETY: the place is aligned for `T`, is for `len` of them, and is handed out to nobody else until a reset, which
        // needs `&mut self`, so that the borrow of this result has ended. It is written before it becomes a reference.
        unsafe {
            for number in 0..len {
                place.add(number).write(value);
            }
            Some(NonNull::slice_from_raw_parts(place, len).as_mut())
        }
    }

    /// Takes everything back.
    pub fn reset(&self) {
        self.used.set(0);
    }
}

impl Drop for Bump {
    fn drop(&mut self) {
        if self.region.size() > 0 {
            // SAFETY: allocated in `new` with the same layout.
            unsafe { dealloc(self.base.as_ptr(), self.region) }
        }
    }
}
