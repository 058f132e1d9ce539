//! The same promises at other sizes.

use const_ring::Recent;
use probes::live::Tracker;

#[test]
fn a_ring_of_seven_runs_round_many_times() {
    let mut ring = Recent::<usize, 7>::default();
    for value in 0..100 {
        assert_eq!(ring.push(value), value.checked_sub(7), "push of {value}");
        assert_eq!(ring.newest(), [Some(&value)], "the newest after {value}");
    }
    let kept: Vec<usize> = ring.iter().copied().collect();
    assert_eq!(kept, [93, 94, 95, 96, 97, 98, 99]);
}

#[test]
fn values_that_own_heap_memory_are_kept_whole() {
    let mut ring = Recent::<String, 2>::new();
    for word in ["one", "two", "three"] {
        ring.push(word.to_owned());
    }
    assert_eq!(ring.pop_oldest().as_deref(), Some("two"));
    assert_eq!(ring.newest(), [Some(&"three".to_owned()), None]);
}

#[test]
fn a_ring_in_a_ring_lets_go_of_everything() {
    let tracker = Tracker::new();
    let mut outer = Recent::<Recent<_, 3>, 2>::new();
    for inner in 0..5 {
        let mut ring = Recent::new();
        for _ in 0..=inner {
            ring.push(tracker.token());
        }
        outer.push(ring);
    }
    assert_eq!(tracker.alive(), 6, "two rings of three are kept");
    drop(outer);
    assert_eq!(tracker.alive(), 0);
}
