//! Looks at the stack every few milliseconds of CPU time, from a signal handler.

use std::ffi::{c_int, c_long};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::unwind::Stack;

/// Kernels round this up to their own clock: mostly to 4 ms.
const PERIOD_MICROS: c_long = 1_000;

/// Words for all samples of a run: each is its length, and its frames.
const WORDS: usize = 1 << 18;

const SIGPROF: c_int = 27;
const ITIMER_PROF: c_int = 2;
const SIG_IGN: usize = 1;

#[repr(C)]
struct Time {
    seconds: c_long,
    micros: c_long,
}

#[repr(C)]
struct Timer {
    interval: Time,
    value: Time,
}

unsafe extern "C" {
    fn signal(number: c_int, handler: usize) -> usize;
    fn setitimer(which: c_int, new: *const Timer, old: *mut Timer) -> c_int;
    fn __errno_location() -> *mut c_int;
}

struct Samples {
    words: Box<[AtomicUsize]>,
    next: AtomicUsize,
    taken: AtomicUsize,
}

static SAMPLES: OnceLock<Samples> = OnceLock::new();

/// The clock while it runs.
pub(super) struct Clock(());

impl Clock {
    /// Starts it. All threads of the process are looked at, each while it computes.
    pub(super) fn start() -> Self {
        SAMPLES.get_or_init(|| Samples {
            words: (0..WORDS).map(|_| AtomicUsize::new(0)).collect(),
            next: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
        });
        // The unwinder sets itself up at its first use, which must not be in the handler.
        std::hint::black_box(Stack::here());
        let handler: extern "C" fn(c_int) = on_tick;
        // SAFETY: the handler does nothing that is forbidden in one: it neither allocates nor waits.
        unsafe { signal(SIGPROF, handler as usize) };
        set_timer(PERIOD_MICROS);
        Clock(())
    }

    /// How many samples there are.
    pub(super) fn samples() -> usize {
        SAMPLES
            .get()
            .map_or(0, |samples| samples.taken.load(Ordering::Relaxed))
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        set_timer(0);
        // SAFETY: no handler at all. A tick that is on its way is ignored.
        unsafe { signal(SIGPROF, SIG_IGN) };
    }
}

/// Hands each sample's frames to `take`.
pub(super) fn each(mut take: impl FnMut(&[usize])) {
    let Some(samples) = SAMPLES.get() else { return };
    let words: Vec<usize> = samples
        .words
        .iter()
        .map(|word| word.load(Ordering::Acquire))
        .collect();
    let mut at = 0;
    while let Some(&len) = words.get(at).filter(|len| **len > 0) {
        let Some(frames) = words.get(at + 1..at + 1 + len) else {
            return;
        };
        take(frames);
        at += 1 + len;
    }
}

/// The first tick, and the time between ticks; 0 stops them.
fn set_timer(micros: c_long) {
    let time = || Time { seconds: 0, micros };
    let timer = Timer {
        interval: time(),
        value: time(),
    };
    // SAFETY: the timer is valid for the call, and the old one is not asked for.
    unsafe { setitimer(ITIMER_PROF, &raw const timer, std::ptr::null_mut()) };
}

extern "C" fn on_tick(_: c_int) {
    // SAFETY: the C library's `errno` of this thread, which the interrupted code may be about to read.
    let errno = unsafe { __errno_location() };
    // SAFETY: as above.
    let before = unsafe { *errno };
    if let Some(samples) = SAMPLES.get() {
        let stack = Stack::here();
        let frames = stack.frames();
        // Each sample has words of its own, so that two threads may be here at once.
        let at = samples.next.fetch_add(1 + frames.len(), Ordering::Relaxed);
        if let Some(words) = samples.words.get(at..at + 1 + frames.len())
            && !frames.is_empty()
        {
            for (word, frame) in words[1..].iter().zip(frames) {
                word.store(*frame, Ordering::Relaxed);
            }
            words[0].store(frames.len(), Ordering::Release);
            samples.taken.fetch_add(1, Ordering::Relaxed);
        }
    }
    // SAFETY: as above.
    unsafe { *errno = before };
}
