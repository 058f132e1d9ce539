//! The same promises where they matter: between threads.

use std::thread;

use prove_it_static::Handle;

#[test]
fn threads_count_together() {
    let handle = Handle::default();
    thread::scope(|scope| {
        for _ in 0..4 {
            let clone = handle.clone();
            scope.spawn(move || {
                for _ in 0..500 {
                    clone.add("jobs", 1).expect("`jobs` is a name");
                }
            });
        }
    });
    assert_eq!(handle.total("jobs"), 2_000, "4 threads counted 500 each");
}

#[test]
fn each_thread_has_its_own_scopes() {
    let handle = Handle::default();
    let _outer = handle.enter("outer");
    thread::scope(|scope| {
        scope.spawn(|| {
            let _inner = handle.enter("inner");
            handle.add("n", 1).expect("`n` is a name");
        });
    });
    handle.add("n", 1).expect("`n` is a name");
    assert_eq!(
        ["inner.n", "outer.n", "outer.inner.n", "inner", "outer"].map(|path| handle.total(path)),
        [1, 1, 0, 1, 0],
        "the other thread was in `inner` only, and has left it; this one is in `outer` still"
    );
}

#[test]
fn a_panic_elsewhere_does_not_stop_the_counting() {
    let handle = Handle::default();
    let clone = handle.clone();
    let panicked = thread::spawn(move || {
        let _scope = clone.enter("doomed");
        panic!("on purpose");
    })
    .join();
    assert!(panicked.is_err(), "the thread has panicked");
    handle.add("n", 1).expect("`n` is a name");
    assert_eq!(
        (handle.total("doomed"), handle.total("n")),
        (1, 1),
        "a scope is left by a panic too, and counting goes on"
    );
}
