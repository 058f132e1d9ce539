//! An allocator that never gives memory away again: what is freed is overwritten and kept. So whoever reads freed
//! memory reads `~~~` each time, and not what happens to be there.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

pub struct Kept;

thread_local! {
    static ALIVE: Cell<isize> = const { Cell::new(0) };
}

/// How many allocations of this thread are alive.
pub fn alive() -> isize {
    ALIVE.get()
}

// SAFETY: the system's allocator does the work, and nothing is ever handed out twice.
unsafe impl GlobalAlloc for Kept {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // A thread that ends has no counter any more.
        let _ = ALIVE.try_with(|alive| alive.set(alive.get() + 1));
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        let _ = ALIVE.try_with(|alive| alive.set(alive.get() - 1));
        // SAFETY: it is still the caller's, and of that size. A zero at the end, so that C's texts end.
        unsafe {
            start.write_bytes(b'~', layout.size());
            start.add(layout.size() - 1).write(0);
        }
    }
}
