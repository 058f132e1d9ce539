//! What cores share is where things lie, so these tests look at addresses.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use padded_counters::{LINE, Stats, Totals};

/// Keeps to what is asked, and to no more: who does not ask for an alignment gets memory that begins
/// shortly before the end of a line. The system's allocator may do that on any day.
struct NoMoreThanAsked;

#[global_allocator]
static ALLOCATOR: NoMoreThanAsked = NoMoreThanAsked;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

const OFFSET: usize = LINE - 16;

fn outer(layout: Layout) -> Layout {
    Layout::from_size_align(layout.size() + OFFSET, LINE).expect("tests ask for little")
}

// SAFETY: a block of `System` is handed out whole, or without its first OFFSET bytes, which keep the
// address a multiple of 16. Which of the two depends on the layout only, so `dealloc` knows.
unsafe impl GlobalAlloc for NoMoreThanAsked {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ASKED.try_with(|asked| asked.set(asked.get() + layout.size()));
        if layout.align() > 16 {
            // SAFETY: the caller keeps the contract.
            return unsafe { System.alloc(layout) };
        }
        // SAFETY: the size is not nought.
        let block = unsafe { System.alloc(outer(layout)) };
        if block.is_null() {
            return block;
        }
        // SAFETY: the block is larger by OFFSET.
        unsafe { block.add(OFFSET) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if layout.align() > 16 {
            // SAFETY: it was handed out as it came.
            return unsafe { System.dealloc(pointer, layout) };
        }
        // SAFETY: it was handed out without the first OFFSET bytes.
        unsafe { System.dealloc(pointer.sub(OFFSET), outer(layout)) }
    }
}

/// The line that an atomic lies on. None is larger than eight bytes, and all are aligned, so it is one.
fn line<T>(of: &T) -> usize {
    std::ptr::from_ref(of).addr() / LINE
}

/// What is written on which line, by whom.
fn written(stats: &Stats, workers: usize) -> BTreeMap<usize, Vec<String>> {
    let mut lines: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut note = |line, who: String| {
        let writers = lines.entry(line).or_default();
        if !writers.contains(&who) {
            writers.push(who);
        }
    };
    note(line(stats.accepted()), "the acceptor".to_owned());
    for number in 0..workers {
        let worker = stats.worker(number);
        for atomic in [worker.requests(), worker.errors(), worker.bytes()] {
            note(line(atomic), format!("worker {number}"));
        }
    }
    lines
}

#[test]
fn totals_are_those_of_all_workers() {
    let stats = Stats::new(3);
    assert_eq!(stats.totals(), Totals::default());
    thread::scope(|scope| {
        for number in 0..3 {
            let stats = &stats;
            scope.spawn(move || {
                let worker = stats.worker(number);
                for n in 0..1_000 {
                    if stats.paused().load(Relaxed) {
                        break;
                    }
                    worker.requests().fetch_add(1, Relaxed);
                    worker.bytes().fetch_add(n, Relaxed);
                    worker.errors().fetch_add(u64::from(n % 100 == 0), Relaxed);
                    stats.accepted().fetch_add(u64::from(n % 10 == 0), Relaxed);
                }
            });
        }
    });
    assert_eq!(
        (stats.totals(), stats.accepted().load(Relaxed)),
        (
            Totals {
                requests: 3_000,
                errors: 30,
                bytes: 3 * 499_500,
            },
            300
        ),
        "three workers with 1,000 requests each, of 0 to 999 bytes"
    );
    assert_eq!(
        stats.worker(1).requests().load(Relaxed),
        1_000,
        "each worker has counters of its own"
    );
}

#[test]
fn no_two_threads_write_to_one_line() {
    // On the stack and on the heap, and for several sizes: it must not be luck.
    for workers in [1, 2, 3, 8, 64] {
        let here = Stats::new(workers);
        let there = Box::new(Stats::new(workers));
        for stats in [&here, &*there] {
            for (line, writers) in written(stats, workers) {
                assert!(
                    writers.len() == 1,
                    "of {workers} workers, {} write to the {LINE} bytes from {:#x}: each write takes \
                     the line away from the other core, though no counter is shared",
                    writers.join(" and "),
                    line * LINE
                );
            }
        }
    }
}

#[test]
fn what_all_read_is_not_where_somebody_writes() {
    for workers in [1, 2, 8] {
        let here = Stats::new(workers);
        let there = Box::new(Stats::new(workers));
        for stats in [&here, &*there] {
            let lines = written(stats, workers);
            let writers = lines.get(&line(stats.paused()));
            assert_eq!(
                writers, None,
                "every worker looks at `paused` before each request, and on its line somebody writes \
                 all the time: each look fetches the line from another core"
            );
        }
    }
}

#[test]
fn what_one_thread_writes_lies_together() {
    let before = ASKED.get();
    let stats = Stats::new(64);
    let bytes = ASKED.get() - before + size_of_val(&stats);
    for number in 0..64 {
        let worker = stats.worker(number);
        assert!(
            line(worker.requests()) == line(worker.errors())
                && line(worker.errors()) == line(worker.bytes()),
            "worker {number} writes to all three of its counters at each request: on one line they \
             cost one line"
        );
    }
    let most = 66 * LINE + 1_024;
    assert!(
        bytes <= most,
        "64 workers and the acceptor are 65 lines, with what goes with them {most} bytes, and these \
         are {bytes}"
    );
}
