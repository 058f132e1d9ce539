//! Items are neither leaked nor dropped twice.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rendezvous::Handover;

#[test]
fn an_item_is_dropped_once() {
    let item = Arc::new(());
    let handover = Arc::new(Handover::new());
    let giving: Vec<_> = (0..3)
        .map(|_| {
            let (handover, item) = (Arc::clone(&handover), Arc::clone(&item));
            thread::spawn(move || handover.give(item).is_ok())
        })
        .collect();
    drop(handover.take().expect("three are given"));
    handover.close();
    // Giving is not started at a known moment: a thread may come only after the close.
    let given = giving
        .into_iter()
        .map(|thread| thread.join().expect("give must not panic"))
        .filter(|&given| given)
        .count();
    assert_eq!(given, 1, "one of three items was taken");
    assert!(handover.give(Arc::clone(&item)).is_err());
    thread::sleep(Duration::from_millis(1));
    assert_eq!(
        Arc::strong_count(&item),
        1,
        "taken, given back and refused: of four items only the test's own handle may be left"
    );
}
