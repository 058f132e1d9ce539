//! Threads are counted by name, and a joined one is gone.

#![cfg(target_os = "linux")]

use std::sync::mpsc;
use std::thread;

use probes::threads;

#[test]
fn a_named_thread_is_seen_until_it_ends() {
    let (stop, stopped) = mpsc::channel::<()>();
    let handle = thread::Builder::new()
        .name("seen-by-probe".to_owned())
        .spawn(move || stopped.recv())
        .expect("a thread can be started");
    // The thread names itself as it starts: wait for that, not for a time.
    while threads::count_named("seen-by-probe").expect("threads are listed") == 0 {
        thread::yield_now();
    }
    drop(stop);
    assert!(handle.join().expect("the thread ends").is_err());
    assert_eq!(
        threads::settle_named("seen-by-probe", 0).expect("threads are listed"),
        0
    );
}

#[test]
fn settle_reports_what_stays() {
    let now = threads::count().expect("threads are listed");
    assert!(now >= 1);
    assert_eq!(
        threads::settle(usize::MAX)
            .expect("threads are listed")
            .min(1),
        1
    );
}
