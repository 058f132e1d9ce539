//! What needs no second thread, or none at the same time.

use std::thread;

use latch::Group;

#[test]
fn a_wait_for_nobody_returns() {
    let group = Group::new();
    let first = group.enter().expect("the group is open");
    let second = first.clone();
    let third = group.clone().enter().expect("a clone is the same group");
    drop((first, second, third));
    group.wait();
    group.wait();
}

#[test]
fn after_the_wait_it_is_too_late() {
    let group = Group::new();
    drop(group.enter().expect("the group is open"));
    group.wait();
    assert!(
        group.enter().is_none(),
        "nobody is waited for any more, so nobody may begin; work that begins now would have found the file \
         closed"
    );
    assert!(group.clone().enter().is_none(), "a clone is the same group");
}

#[test]
fn a_member_that_panics_has_left() {
    let group = Group::new();
    let member = group.enter().expect("the group is open");
    let work = thread::spawn(move || {
        let _member = member;
        panic!("this work panics, as the test wants it to");
    });
    assert!(work.join().is_err(), "it has panicked");
    group.wait();
}
