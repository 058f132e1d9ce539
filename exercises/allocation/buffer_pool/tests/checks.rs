//! What a service relies on for each answer that it sends.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use buffer_pool::{Buffer, Limits, Pool, send};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

const LIMITS: Limits = Limits {
    buffers: 4,
    capacity: 16_384,
};

/// A connection that is gone.
struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_answer_is_one_frame() {
    let pool = Pool::new(LIMITS);
    let mut out = Vec::new();
    for body in [&["a longer ", "answer"][..], &["ok"], &[]] {
        send(&pool, body, &mut out).expect("memory takes every write");
    }
    assert_eq!(
        String::from_utf8_lossy(&out),
        "\0\0\0\x0fa longer answer\0\0\0\x02ok\0\0\0\0",
        "three frames, each the length of its body in four bytes and then the body: no frame has \
         anything of the one before"
    );
}

#[test]
fn a_dropped_buffer_is_used_again() {
    let pool = Pool::new(LIMITS);
    let mut buffer = pool.take();
    buffer.extend([7; 1_000]);
    let (capacity, memory) = (buffer.capacity(), buffer.as_ptr());
    drop(buffer);
    assert_eq!(
        pool.idle(),
        1,
        "a buffer comes back when it is dropped, so that nobody has to remember to give it back"
    );
    let again = pool.take();
    assert_eq!(
        (again.capacity(), again.as_ptr()),
        (capacity, memory),
        "its memory is what a pool keeps: the next one has the same capacity, at the same address"
    );
    assert_eq!(
        *again, [0_u8; 0],
        "a buffer is empty when it is taken, whatever was in it: the next answer may be another customer's"
    );
}

#[test]
fn every_way_out_brings_it_back() {
    let pool = Pool::new(LIMITS);
    let failed = send(&pool, &["secret"], &mut Gone).map_err(|error| error.kind());
    assert_eq!(failed, Err(io::ErrorKind::BrokenPipe));
    assert_eq!(
        pool.idle(),
        1,
        "the connection was gone and `send` returned early: the buffer is back all the same"
    );
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let mut buffers = [pool.take(), pool.take()];
        for buffer in &mut buffers {
            buffer.extend(b"half an answer");
        }
        panic!("a bug while the answer was put together (this panic belongs to the test)");
    }));
    assert!(panicked.is_err());
    assert_eq!(
        pool.idle(),
        2,
        "a panic unwound over two buffers, and both are back: nobody has to remember"
    );
    let mut buffer = pool.take();
    buffer.push(1);
    thread::scope(|scope| scope.spawn(move || drop(buffer)).join()).expect("the thread ends well");
    assert_eq!(
        pool.idle(),
        2,
        "a buffer that was handed to another thread is back when that thread has dropped it"
    );
    assert_eq!(
        (pool.take().len(), pool.take().len()),
        (0, 0),
        "whichever way they came back, they are empty"
    );
}

#[test]
fn the_pool_keeps_no_more_than_it_may() {
    for buffers in [4, 1, 0] {
        let pool = Pool::new(Limits { buffers, ..LIMITS });
        let mut taken: Vec<Buffer> = (0..10).map(|_| pool.take()).collect();
        for buffer in &mut taken {
            buffer.push(1);
        }
        assert_eq!(pool.idle(), 0, "all ten buffers are in use");
        drop(taken);
        assert_eq!(
            pool.idle(),
            buffers,
            "ten buffers were used at once, once, and the pool may keep {buffers}: a busy minute is \
             not to be paid for all night"
        );
    }
}

#[test]
fn one_large_answer_does_not_stay() {
    let pool = Pool::new(LIMITS);
    let export = "x".repeat(1_000_000);
    send(&pool, &[&export], &mut io::sink()).expect("a sink takes every write");
    assert_eq!(
        pool.idle(),
        0,
        "a buffer that has grown to a megabyte is not kept, since buffers up to {} bytes are: it \
         would hold its memory for good, for answers of a few bytes",
        LIMITS.capacity
    );
    let mut buffer = pool.take();
    buffer.reserve_exact(LIMITS.capacity);
    assert_eq!(buffer.capacity(), LIMITS.capacity);
    drop(buffer);
    assert_eq!(pool.idle(), 1, "a buffer of exactly the limit is kept");
    let mut buffer = pool.take();
    let body = std::mem::take(&mut *buffer);
    drop(buffer);
    assert_eq!(
        pool.idle(),
        0,
        "the user has taken the memory ({} bytes) out of the buffer, so there is nothing to keep",
        body.capacity()
    );
}

#[test]
fn nothing_outlives_the_pool() {
    let (_, tally) = measure(|| {
        for _ in 0..100 {
            let pool = Pool::new(LIMITS);
            let mut early = pool.take();
            let mut late = pool.take();
            early.extend([1; 8_000]);
            drop(early);
            drop(pool);
            // The pool is gone, and an answer is still being written.
            late.extend([2; 8_000]);
            assert_eq!(
                *late, [2; 8_000],
                "a buffer is good for as long as somebody has it"
            );
        }
    });
    assert!(
        tally.peak_bytes < 100_000,
        "a hundred pools were made and dropped, one after the other, and {} bytes were in use at once, \
         while one pool needs 16,000 and some: do the pool and what it keeps own one another?",
        tally.peak_bytes
    );
}

#[test]
fn a_thousand_answers_are_measured() {
    let pool = Pool::new(LIMITS);
    let body = ["{\"order\":1207,\"lines\":[", &"12,".repeat(400), "0]}"];
    let mut out = Vec::with_capacity(2_000);
    let mut serve = |n: u32| {
        out.clear();
        // Every tenth client has hung up.
        let sent = match n % 10 {
            0 => send(&pool, &body, &mut Gone),
            _ => send(&pool, &body, &mut out),
        };
        (sent.is_ok(), out.len())
    };
    // The first answers make the buffers.
    for n in 0..20 {
        serve(n);
    }
    let ((sent, bytes), tally) = measure(|| {
        let answers = (0..1_000).map(&mut serve);
        answers.fold((0, 0), |(sent, bytes), (ok, length)| {
            (sent + u32::from(ok), bytes + length)
        })
    });
    // Reported before the answer is judged: what it costs is known either way.
    probes::figures::report("allocations", tally.allocations);
    assert_eq!(
        (sent, bytes),
        (900, 900 * (4 + 23 + 1_200 + 3)),
        "900 of 1,000 answers are sent, whole"
    );
}
