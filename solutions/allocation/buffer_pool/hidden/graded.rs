//! The same promises at other values, and between threads.

use std::sync::Arc;
use std::thread;

use buffer_pool::{Limits, Pool, send};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

#[test]
fn threads_share_a_pool() {
    const LIMITS: Limits = Limits {
        buffers: 3,
        capacity: 4_096,
    };
    let pool = Arc::new(Pool::new(LIMITS));
    let threads: Vec<_> = (1..=4_u8)
        .map(|own| {
            let pool = Arc::clone(&pool);
            thread::spawn(move || {
                for n in 0..2_000 {
                    let mut first = pool.take();
                    let mut second = pool.take();
                    assert_eq!(
                        (first.len(), second.len()),
                        (0, 0),
                        "round {n} of thread {own}"
                    );
                    first.extend([own; 100]);
                    second.extend([own + 100; 50]);
                    assert_eq!(
                        (&first[..], &second[..]),
                        (&[own; 100][..], &[own + 100; 50][..])
                    );
                }
            })
        })
        .collect();
    for thread in threads {
        thread
            .join()
            .expect("each thread has its buffers to itself");
    }
    assert!(
        pool.idle() <= LIMITS.buffers,
        "all are back, and {} are kept of up to three",
        pool.idle()
    );
}

#[test]
fn other_limits_hold_too() {
    for (buffers, capacity) in [(1, 64), (7, 100), (2, 1_000_000)] {
        let pool = Pool::new(Limits { buffers, capacity });
        assert_eq!(pool.limits(), Limits { buffers, capacity });
        let mut taken: Vec<_> = (0..20).map(|_| pool.take()).collect();
        for (n, buffer) in taken.iter_mut().enumerate() {
            // Every second one is too large.
            buffer.reserve_exact(capacity + n % 2);
        }
        drop(taken);
        assert_eq!(
            pool.idle(),
            buffers,
            "{buffers} of 20 buffers, up to {capacity} bytes"
        );
        for _ in 0..buffers {
            let mut buffer = pool.take();
            assert_eq!(buffer.capacity(), capacity, "those that are not too large");
            std::mem::forget(std::mem::take(&mut *buffer));
        }
    }
}

#[test]
fn taking_and_dropping_cost_nothing() {
    let pool = Pool::new(Limits {
        buffers: 8,
        capacity: 512,
    });
    let use_eight = || {
        let mut taken = [(); 8].map(|()| pool.take());
        for buffer in &mut taken {
            buffer.extend([1; 300]);
        }
    };
    use_eight();
    let (_, tally) = measure(|| (0..100).for_each(|_| use_eight()));
    assert_eq!(
        tally.allocations, 0,
        "for 800 buffers of 300 bytes, after the first eight"
    );
}

#[test]
fn a_frame_says_its_length() {
    let pool = Pool::new(Limits {
        buffers: 1,
        capacity: 10,
    });
    for length in [0, 255, 256, 70_000] {
        let mut out = Vec::new();
        let body = "y".repeat(length);
        send(&pool, &[&body], &mut out).expect("memory takes every write");
        assert_eq!(out[..4], (length as u32).to_be_bytes());
        assert_eq!(out.len(), length + 4);
    }
}
