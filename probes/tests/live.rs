//! A token is alive from its making to its drop, for its own tracker only.

use std::sync::mpsc;
use std::thread;

use probes::live::Tracker;

#[test]
fn tokens_and_their_clones_are_counted_until_they_are_dropped() {
    let tracker = Tracker::new();
    assert_eq!((tracker.alive(), tracker.most(), tracker.made()), (0, 0, 0));
    let first = tracker.token();
    let second = first.clone();
    assert_eq!((tracker.alive(), tracker.most(), tracker.made()), (2, 2, 2));
    drop(first);
    let third = second.clone();
    assert_eq!((tracker.alive(), tracker.most(), tracker.made()), (2, 2, 3));
    drop((second, third));
    assert_eq!((tracker.alive(), tracker.most(), tracker.made()), (0, 2, 3));
}

#[test]
fn trackers_do_not_see_each_others_tokens() {
    let (here, there) = (Tracker::new(), Tracker::new());
    let token = here.token();
    assert_eq!((here.alive(), there.alive()), (1, 0));
    let copy = here.clone();
    assert_eq!(copy.alive(), 1, "a cloned tracker is the same tracker");
    drop(token);
    assert_eq!(copy.alive(), 0);
}

#[test]
fn a_forgotten_token_stays_alive() {
    let tracker = Tracker::new();
    std::mem::forget(tracker.token());
    assert_eq!(tracker.alive(), 1);
}

#[test]
fn settle_waits_for_another_thread_to_let_go() {
    let tracker = Tracker::new();
    let token = tracker.token();
    let (go, gone) = mpsc::channel::<()>();
    let holder = thread::spawn(move || {
        let _ = gone.recv();
        drop(token);
    });
    assert_eq!(tracker.alive(), 1);
    drop(go);
    assert_eq!(tracker.settle(0), 0);
    holder.join().expect("the holder ends");
}
