//! Counts what the current thread allocates.
//!
//! A test file installs the allocator once and then measures a closure:
//!
//! ```
//! #[global_allocator]
//! static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;
//!
//! let (text, tally) = probes::alloc::measure(|| String::from("one allocation"));
//! assert_eq!(tally.allocations, 1);
//! # drop(text);
//! ```
//!
//! Counts are kept per thread, so tests that run side by side, and the test harness itself, do not
//! disturb each other. What other threads allocate on behalf of the closure is not seen. Under
//! `workbook profile` each call is also noted with its stack, see [`crate::profile`].

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, with every call counted for the calling thread.
pub struct Counting;

/// What one thread allocated while a closure ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Calls that asked for memory: `alloc`, `alloc_zeroed` and `realloc`, one each.
    pub allocations: u64,
    /// Bytes asked for in all. A `realloc` counts its whole new size.
    pub bytes: u64,
    /// The most bytes alive at one moment beyond those alive at the start.
    pub peak_bytes: u64,
}

#[derive(Clone, Copy)]
struct Counters {
    allocations: u64,
    bytes: u64,
    // Signed: a thread may free what another one allocated.
    live: i64,
    peak: i64,
}

thread_local! {
    // `const` and without a destructor, so that touching it inside the allocator neither allocates
    // nor registers anything.
    static COUNTERS: Cell<Counters> =
        const { Cell::new(Counters { allocations: 0, bytes: 0, live: 0, peak: 0 }) };
}

/// Runs `work` and tells what the current thread allocated meanwhile.
///
/// Calls may be nested: the outer tally includes the inner one.
///
/// # Panics
///
/// Panics if [`Counting`] is not the global allocator of the program, because every figure would
/// then be zero and every budget met.
pub fn measure<T>(work: impl FnOnce() -> T) -> (T, Tally) {
    assert!(
        is_installed(),
        "probes::alloc::Counting is not the global allocator: \
         add `#[global_allocator] static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;`"
    );
    let before = COUNTERS.get();
    COUNTERS.set(Counters {
        peak: before.live,
        ..before
    });
    let value = work();
    let after = COUNTERS.get();
    // The enclosing measurement, if there is one, must still see a peak that came before this call.
    COUNTERS.set(Counters {
        peak: after.peak.max(before.peak),
        ..after
    });
    let tally = Tally {
        allocations: after.allocations - before.allocations,
        bytes: after.bytes - before.bytes,
        peak_bytes: u64::try_from(after.peak - before.live).unwrap_or(0),
    };
    (value, tally)
}

/// Whether an allocation of this thread is noticed; leaves the counts as they were.
pub(crate) fn is_installed() -> bool {
    let before = COUNTERS.get();
    drop(std::hint::black_box(Box::new(0_u8)));
    let noticed = COUNTERS.get().allocations > before.allocations;
    COUNTERS.set(before);
    noticed
}

fn grown(size: usize, replaced: usize) {
    crate::profile::note_allocation(size);
    // `try_with`: a thread's last allocations can come after its locals are gone.
    let _ = COUNTERS.try_with(|counters| {
        let mut now = counters.get();
        now.allocations += 1;
        now.bytes += size as u64;
        now.live += size as i64 - replaced as i64;
        now.peak = now.peak.max(now.live);
        counters.set(now);
    });
}

fn shrunk(size: usize) {
    let _ = COUNTERS.try_with(|counters| {
        let mut now = counters.get();
        now.live -= size as i64;
        counters.set(now);
    });
}

// SAFETY: every call is passed on unchanged to `System`, which keeps the contract; the counting
// around it neither unwinds nor allocates, but for a recording, which passes over what it allocates
// itself.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grown(layout.size(), 0);
        // SAFETY: the caller keeps `GlobalAlloc::alloc`'s contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grown(layout.size(), 0);
        // SAFETY: the caller keeps `GlobalAlloc::alloc_zeroed`'s contract.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        grown(new_size, layout.size());
        // SAFETY: the caller keeps `GlobalAlloc::realloc`'s contract.
        unsafe { System.realloc(pointer, layout, new_size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        shrunk(layout.size());
        // SAFETY: the caller keeps `GlobalAlloc::dealloc`'s contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}
