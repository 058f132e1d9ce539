//! The allocator's counts are exact, per thread, and nest.

use probes::alloc::{Counting, measure};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn counts_each_call_and_its_bytes() {
    let (kept, tally) = measure(|| vec![Vec::<u8>::with_capacity(100), Vec::with_capacity(28)]);
    assert_eq!(
        tally.allocations, 3,
        "two buffers and the vector that holds them"
    );
    assert_eq!(tally.bytes, 128 + 2 * size_of::<Vec<u8>>() as u64);
    drop(kept);
}

#[test]
fn peak_is_the_most_alive_at_once() {
    let ((), tally) = measure(|| {
        for _ in 0..10 {
            drop(std::hint::black_box(Vec::<u8>::with_capacity(1_000)));
        }
    });
    assert_eq!(
        (tally.allocations, tally.bytes, tally.peak_bytes),
        (10, 10_000, 1_000)
    );
}

#[test]
fn other_threads_are_not_counted() {
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    let noisy = std::thread::spawn(move || {
        while receiver.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
            drop(std::hint::black_box(Box::new([0_u8; 64])));
        }
    });
    let ((), tally) = measure(|| {
        for _ in 0..1_000 {
            std::thread::yield_now();
        }
    });
    drop(sender);
    noisy
        .join()
        .expect("the noisy thread ends once the channel closes");
    assert_eq!(tally.allocations, 0);
}

#[test]
fn an_inner_measurement_leaves_the_outer_peak_alone() {
    let ((), outer) = measure(|| {
        drop(std::hint::black_box(Vec::<u8>::with_capacity(5_000)));
        let ((), inner) = measure(|| drop(std::hint::black_box(Vec::<u8>::with_capacity(10))));
        assert_eq!(inner.peak_bytes, 10);
    });
    assert_eq!((outer.allocations, outer.peak_bytes), (2, 5_000));
}
