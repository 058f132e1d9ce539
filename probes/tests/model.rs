//! What the model finds, and the words in which it tells.

use std::panic::{AssertUnwindSafe, catch_unwind};

use probes::model::cell::{Cell, UnsafeCell};
use probes::model::sync::atomic::{
    AtomicBool, AtomicU32, AtomicUsize, Ordering, compiler_fence, fence,
};
use probes::model::sync::{Arc, Condvar, Mutex, RwLock};
use probes::model::{Failure, Model, Source, Steps, hint, thread};

const HERE: Source = Source::new("tests/model.rs", include_str!("model.rs"));

/// The steps without their places, which move with every line of this file.
fn words(steps: &Steps) -> Vec<String> {
    let text = steps.to_string();
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        words.retain(|word| !word.starts_with("model.rs:"));
        lines.push(words.join(" "));
    }
    lines
}

/// Two threads that start from the same value.
fn beside<T: Send + Sync + 'static>(
    make: fn() -> T,
    a: fn(&T),
    b: fn(&T),
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let shared = Arc::new(make());
        let [a, b] = [("A", a), ("B", b)].map(|(name, work)| {
            let shared = Arc::clone(&shared);
            thread::spawn(name, move || work(&shared))
        });
        a.join();
        b.join();
    }
}

fn failure(model: &Model, run: impl Fn() + Send + Sync + 'static) -> Failure {
    match model.explore(run) {
        Ok(explored) => panic!("all {} executions were right", explored.executions()),
        Err(failure) => failure,
    }
}

#[test]
fn a_lost_update_is_shown_by_order_alone_where_order_alone_explains_it() {
    let explored = Model::new().explore(|| {
        let count = Arc::new(AtomicU32::new(0));
        let [a, b] = ["A", "B"].map(|name| {
            let count = Arc::clone(&count);
            thread::spawn(name, move || {
                let before = count.load(Ordering::Relaxed);
                count.store(before + 1, Ordering::Relaxed);
            })
        });
        a.join();
        b.join();
        count.load(Ordering::Relaxed)
    });
    let explored = explored.expect("every execution ends");
    assert!(explored.took_steps(&["A", "B"]));
    assert!(!explored.took_steps(&["A", "C"]));
    let wrong = explored.find(|&sum| sum != 2).expect("one is lost");
    assert_eq!(wrong.outcome, 1);
    assert!(!wrong.steps.read_old_values());
    assert_eq!(
        words(&wrong.steps),
        [
            "A reads 0",
            "B reads 0",
            "B writes 1",
            "A writes 1 over 1, which it never read",
            "main reads 1"
        ]
    );
    let executions: usize = explored.examples().iter().map(|e| e.executions).sum();
    assert_eq!(executions, explored.executions());
    assert_eq!(explored.examples().len(), 2, "{:?}", explored.examples());
}

#[test]
fn a_bound_of_preemptions_leaves_out_the_orders_that_need_more() {
    // A's two steps and B's two, in turn: A loses its turn once, B once.
    let run = || {
        let shared = Arc::new(AtomicU32::new(0));
        let [a, b] = [("A", 1), ("B", 10)].map(|(name, n)| {
            let shared = Arc::clone(&shared);
            thread::spawn(name, move || {
                let before = shared.fetch_add(n, Ordering::SeqCst);
                (before, shared.fetch_add(n, Ordering::SeqCst))
            })
        });
        (a.join(), b.join())
    };
    let in_turn = ((0, 11), (1, 12));
    let explored = Model::new().explore(run).expect("every execution ends");
    assert!(explored.find(|seen| *seen == in_turn).is_some());
    let all = explored.executions();
    let bounded = Model::new().preemptions_at_most(1).explore(run);
    let bounded = bounded.expect("every execution ends");
    assert!(bounded.find(|seen| *seen == in_turn).is_none());
    assert!(bounded.executions() > 1 && bounded.executions() < all);
}

#[test]
fn a_write_over_what_another_thread_wrote_is_noted() {
    let steps = failure(
        &Model::new(),
        beside(
            || AtomicU32::new(5),
            |value| value.store(6, Ordering::Relaxed),
            |value| {
                value.store(7, Ordering::Relaxed);
                assert_eq!(value.load(Ordering::Relaxed), 8, "to see the steps");
            },
        ),
    );
    assert_eq!(
        words(steps.steps())[..2],
        ["A writes 6", "B writes 7 over 6, which it never read"],
    );
}

/// Data and a flag, with the orderings of both sides.
fn published(write: Ordering, read: Ordering) -> impl Fn() -> Option<u32> + Send + Sync + 'static {
    move || {
        let data = AtomicU32::new(0);
        let ready = AtomicBool::new(false);
        let shared = Arc::new((data, ready));
        let [here, there] = [Arc::clone(&shared), Arc::clone(&shared)];
        let a = thread::spawn("A", move || {
            here.0.store(7, Ordering::Relaxed);
            here.1.store(true, write);
        });
        let b = thread::spawn("B", move || {
            there.1.load(read).then(|| there.0.load(Ordering::Relaxed))
        });
        a.join();
        b.join()
    }
}

#[test]
fn a_relaxed_flag_brings_nothing_along() {
    use Ordering::{Acquire, Relaxed, Release, SeqCst};
    let lacking = [
        (
            Relaxed,
            Relaxed,
            "A's, and only that: A's write is not Release, this read not Acquire",
        ),
        (
            Release,
            Relaxed,
            "A's, and only that: this read is not Acquire",
        ),
        (
            SeqCst,
            Relaxed,
            "A's, and only that: this read is not Acquire",
        ),
        (
            Relaxed,
            Acquire,
            "A's, and only that: A's write is not Release",
        ),
    ];
    for (write, read, note) in lacking {
        let model = Model::new().naming(&HERE).showing_orderings();
        let explored = model.explore(published(write, read));
        let explored = explored.expect("every execution ends");
        let wrong = explored.find(|seen| *seen == Some(0));
        let wrong = wrong.unwrap_or_else(|| panic!("{write:?} and {read:?} are not enough"));
        assert!(wrong.steps.read_old_values());
        assert_eq!(
            words(&wrong.steps),
            [
                "A writes 7 to data, Relaxed".to_owned(),
                format!("A writes true to ready, {write:?}"),
                format!("B reads true from ready, {read:?} {note}"),
                "B reads 0 from data, Relaxed an old value: 7 is there already".to_owned(),
            ]
        );
    }
    for (write, read) in [(Release, Acquire), (SeqCst, SeqCst)] {
        let model = Model::new().naming(&HERE).showing_orderings();
        let explored = model.explore(published(write, read));
        let explored = explored.expect("every execution ends");
        assert!(explored.find(|seen| *seen == Some(0)).is_none());
        let right = explored.find(|seen| *seen == Some(7)).expect("it is seen");
        assert_eq!(
            words(&right.steps)[2..],
            [
                format!("B reads true from ready, {read:?} A's, with all that A did before"),
                "B reads 7 from data, Relaxed".to_owned(),
            ]
        );
    }
}

#[test]
fn a_pair_of_fences_does_what_a_pair_of_orderings_does() {
    let run = |write: fn(), read: fn()| {
        move || {
            let flag = AtomicBool::new(false);
            let shared = Arc::new((Cell::named("table", 0), flag));
            let [here, there] = [Arc::clone(&shared), Arc::clone(&shared)];
            let a = thread::spawn("A", move || {
                here.0.set(3);
                write();
                here.1.store(true, Ordering::Relaxed);
            });
            let b = thread::spawn("B", move || {
                let set = there.1.load(Ordering::Relaxed);
                read();
                set.then(|| there.0.get())
            });
            a.join();
            b.join()
        }
    };
    let model = Model::new().naming(&HERE).showing_orderings();
    let explored = model.explore(run(
        || fence(Ordering::Release),
        || fence(Ordering::Acquire),
    ));
    let explored = explored.expect("the fences order the accesses");
    let seen = explored.find(|seen| *seen == Some(3)).expect("it is seen");
    assert_eq!(
        words(&seen.steps)[2..],
        [
            "A writes true to flag, Relaxed",
            "B reads true from flag, Relaxed A's, and only that: A's write is not Release, this read \
             not Acquire",
            "B fence, Acquire from here on, with all that A did before",
            "B reads 3 from table",
        ]
    );
    let nothing: fn() = || ();
    let acquire: fn() = || fence(Ordering::Acquire);
    let compiler: fn() = || compiler_fence(Ordering::SeqCst);
    for (write, read) in [(nothing, acquire), (compiler, compiler)] {
        let model = model.clone();
        let failure = model.explore(run(write, read)).expect_err("a data race");
        assert!(failure.why().starts_with("a data race"), "{failure}");
    }
}

#[test]
fn a_data_race_is_told_with_both_sides() {
    let failure = failure(
        &Model::new(),
        beside(
            || Cell::named("table", 1),
            |table| table.set(2),
            |table| {
                table.get();
            },
        ),
    );
    let why = failure.why();
    assert!(
        why.starts_with(
            "a data race: B reads table, and nothing orders that after A's write in model.rs:"
        ),
        "{why}"
    );
    assert_eq!(
        words(failure.steps()),
        ["A writes 2 to table", "B reads table"]
    );
}

#[test]
fn an_unsafe_cell_is_watched_too() {
    struct Shared(UnsafeCell<u32>);
    // SAFETY: for the model, which is to find that this is not so.
    unsafe impl Sync for Shared {}
    let failure = failure(
        &Model::new().naming(&HERE),
        beside(
            || {
                let slot = UnsafeCell::new(1);
                Shared(slot)
            },
            |shared| {
                // SAFETY: none; loom stops it before it happens.
                shared.0.with_mut(|slot| unsafe { *slot = 2 });
            },
            |shared| {
                // SAFETY: as above.
                shared.0.with_mut(|slot| unsafe { *slot = 3 });
            },
        ),
    );
    let why = failure.why();
    assert!(
        why.starts_with("a data race: B writes slot, and nothing orders that after A's write in"),
        "{why}"
    );
}

#[test]
fn a_lock_orders_and_is_told() {
    let explored = Model::new().naming(&HERE).explore(|| {
        let total = Mutex::new(0);
        let total = Arc::new(total);
        let [a, b] = ["A", "B"].map(|name| {
            let total = Arc::clone(&total);
            thread::spawn(name, move || *total.lock().expect("not poisoned") += 1)
        });
        a.join();
        b.join();
        *total.lock().expect("not poisoned")
    });
    let explored = explored.expect("every execution ends");
    assert!(explored.executions() > 1);
    assert!(explored.find(|&sum| sum != 2).is_none());
    let right = explored.find(|_| true).expect("there is one");
    assert_eq!(
        words(&right.steps)[..4],
        [
            "A locks total",
            "A unlocks total",
            "B locks total",
            "B unlocks total"
        ]
    );
}

#[test]
fn two_locks_in_two_orders_are_a_deadlock_with_names() {
    fn both(first: &Mutex<u32>, second: &Mutex<u32>) {
        let first = first.lock().expect("not poisoned");
        let mut second = second.lock().expect("not poisoned");
        *second += *first;
    }
    let failure = failure(
        &Model::new().naming(&HERE),
        beside(
            || {
                let from = Mutex::new(1);
                let to = Mutex::new(2);
                (from, to)
            },
            |(from, to)| both(from, to),
            |(from, to)| both(to, from),
        ),
    );
    assert_eq!(failure.why(), "a deadlock, every thread waits");
    assert_eq!(
        words(failure.steps()),
        [
            "A locks from",
            "B locks to",
            "A waits for to, which B holds",
            "B waits for from, which A holds",
        ]
    );
}

#[test]
fn a_lock_that_is_taken_twice_is_a_deadlock_of_one() {
    let failure = failure(&Model::new().naming(&HERE), || {
        let lock = Mutex::new(());
        let _first = lock.lock();
        let _second = lock.lock();
    });
    assert_eq!(
        words(failure.steps()),
        [
            "main locks lock",
            "main waits for lock, which it holds itself"
        ]
    );
}

#[test]
fn locks_that_one_line_makes_can_have_names() {
    let failure = failure(&Model::new(), || {
        let locks = ["east", "west"].map(|name| Mutex::named(name, 0));
        let _east = locks[0].lock();
        let _west = locks[1].lock();
        let _again = locks[0].lock();
    });
    assert_eq!(
        words(failure.steps()),
        [
            "main locks east",
            "main locks west",
            "main waits for east, which it holds itself"
        ]
    );
}

#[test]
fn a_lock_that_is_held_is_not_waited_for_on_trial() {
    let explored = Model::new().naming(&HERE).explore(|| {
        let lock = Mutex::new(0);
        let steps = AtomicU32::new(0);
        let shared = Arc::new((lock, steps));
        let lock = Arc::clone(&shared);
        let a = thread::spawn("A", move || {
            let mut value = shared.0.lock().expect("not poisoned");
            shared.1.fetch_add(1, Ordering::Relaxed);
            *value = 1;
        });
        lock.1.fetch_add(1, Ordering::Relaxed);
        let seen = lock.0.try_lock().map(|value| *value).ok();
        a.join();
        seen
    });
    let explored = explored.expect("every execution ends");
    let refused = explored.find(Option::is_none).expect("A can hold it");
    let words = words(&refused.steps);
    assert!(
        words.contains(&"main finds lock locked A holds it".to_owned()),
        "{words:#?}"
    );
    assert!(explored.find(|seen| *seen == Some(0)).is_some());
    assert!(explored.find(|seen| *seen == Some(1)).is_some());
}

#[test]
fn a_lock_for_readers_lets_them_in_together_and_a_writer_alone() {
    let explored = Model::new().naming(&HERE).explore(|| {
        let table = RwLock::new(0);
        let table = Arc::new(table);
        let [here, there] = [Arc::clone(&table), Arc::clone(&table)];
        let a = thread::spawn("A", move || *here.write().expect("not poisoned") += 1);
        let b = thread::spawn("B", move || {
            let first = there.read().expect("not poisoned");
            let second = there.read().expect("not poisoned");
            (*first, *second)
        });
        a.join();
        (b.join(), *table.read().expect("not poisoned"))
    });
    let explored = explored.unwrap_or_else(|failure| panic!("{failure}"));
    let outcomes = [((0, 0), 1), ((1, 1), 1)];
    assert!(
        outcomes
            .iter()
            .all(|seen| explored.find(|outcome| outcome == seen).is_some())
    );
    assert_eq!(explored.examples().len(), 2, "nothing else");
    let late = explored.find(|outcome| outcome.0 == (1, 1));
    assert_eq!(
        words(&late.expect("there is one").steps)[..4],
        [
            "A locks table to write",
            "A unlocks table",
            "B locks table to read",
            "B locks table to read",
        ]
    );
}

#[test]
fn a_reader_that_wants_to_write_waits_for_itself() {
    let failure = failure(&Model::new().naming(&HERE), || {
        let table = RwLock::new(0);
        let _reading = table.read();
        drop(table.read());
        let _writing = table.write();
    });
    assert_eq!(failure.why(), "a deadlock, every thread waits");
    assert_eq!(
        words(failure.steps()),
        [
            "main locks table to read",
            "main locks table to read",
            "main unlocks table",
            "main waits to write table, which it holds itself"
        ]
    );
}

/// A flag under a lock, a bell, and whether the flag is set under the lock.
struct Gate {
    open: Mutex<bool>,
    bell: Condvar,
}

impl Gate {
    fn new() -> Self {
        Self {
            open: Mutex::new(false),
            bell: Condvar::new(),
        }
    }

    fn open(&self) {
        *self.open.lock().expect("not poisoned") = true;
        self.bell.notify_one();
    }
}

#[test]
fn a_wait_with_a_predicate_is_never_too_late() {
    let explored = Model::new().explore(beside(Gate::new, Gate::open, |gate| {
        let open = gate.open.lock().expect("not poisoned");
        let open = gate.bell.wait_while(open, |open| !*open);
        assert!(*open.expect("not poisoned"));
    }));
    let explored = explored.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(explored.executions() > 2);
}

#[test]
fn a_notification_before_the_wait_is_lost_and_the_record_says_so() {
    let failure = failure(
        &Model::new().naming(&HERE),
        beside(Gate::new, Gate::open, |gate| {
            let closed = !*gate.open.lock().expect("not poisoned");
            if closed {
                // The lock was given back in between: the gate may be open by now.
                let open = gate.open.lock().expect("not poisoned");
                drop(gate.bell.wait(open));
            }
        }),
    );
    assert_eq!(failure.why(), "a deadlock, every thread waits");
    let words = words(failure.steps());
    let lost = words
        .iter()
        .position(|line| line == "A notifies one on bell nobody waits, so it is lost");
    let wait = words
        .iter()
        .position(|line| line == "B unlocks open and waits on bell");
    assert!(lost.is_some() && lost < wait, "{words:#?}");
    assert_eq!(
        words.last().map(String::as_str),
        Some("B waits on bell for a notification")
    );
}

#[test]
fn a_waiter_that_is_woken_takes_the_lock_again() {
    let explored = Model::new().naming(&HERE).explore(beside(
        Gate::new,
        |gate| {
            let mut open = gate.open.lock().expect("not poisoned");
            while !*open {
                open = gate.bell.wait(open).expect("not poisoned");
            }
        },
        |gate| {
            *gate.open.lock().expect("not poisoned") = true;
            gate.bell.notify_all();
        },
    ));
    let explored = explored.unwrap_or_else(|failure| panic!("{failure}"));
    let first = explored.find(|()| true).expect("there is one");
    assert_eq!(
        words(&first.steps),
        [
            "A locks open",
            "A unlocks open and waits on bell",
            "B locks open",
            "B unlocks open",
            "B notifies all on bell wakes A",
            "A wakes up and locks open",
            "A unlocks open",
        ]
    );
}

#[test]
fn a_retry_that_can_not_succeed_does_not_end() {
    let run = beside(
        || AtomicUsize::new(0),
        |value| {
            value.fetch_add(1, Ordering::Relaxed);
        },
        |value| {
            let exchange = || value.compare_exchange(0, 5, Ordering::Relaxed, Ordering::Relaxed);
            while exchange().is_err() {}
        },
    );
    let failure = failure(&Model::new().steps_at_most(20), run);
    assert_eq!(
        failure.why(),
        "this execution does not end, 20 steps are enough"
    );
    let words = words(failure.steps());
    assert_eq!(
        words.len(),
        13,
        "twelve steps and a closing line: {words:#?}"
    );
    assert_eq!(words[1], "B compare_exchange fails expects 0, finds 1");
    assert_eq!(words[12], "... and so on: 20 steps by now");
}

#[test]
fn a_loop_that_waits_ends_if_it_yields() {
    let explored = Model::new().explore(beside(
        || AtomicBool::new(false),
        |flag| flag.store(true, Ordering::Release),
        |flag| {
            while !flag.load(Ordering::Acquire) {
                hint::spin_loop();
            }
        },
    ));
    assert!(explored.is_ok(), "{explored:?}");
}

#[test]
fn a_panic_is_told_with_its_place_and_a_caught_one_is_none() {
    let failure = failure(
        &Model::new(),
        beside(
            || AtomicU32::new(0),
            |value| value.store(1, Ordering::Relaxed),
            |value| assert_eq!(value.load(Ordering::Relaxed), 0, "A has not been here"),
        ),
    );
    let why = failure.why();
    assert!(why.starts_with("a panic at model.rs:"), "{why}");
    assert!(why.contains("A has not been here"), "{why}");

    let explored = Model::new().explore(|| {
        let value = AtomicU32::new(0);
        let first = catch_unwind(AssertUnwindSafe(|| panic!("to be caught")));
        assert!(first.is_err());
        value.store(1, Ordering::Relaxed);
    });
    assert!(explored.is_ok(), "{explored:?}");
}

#[test]
fn what_is_dropped_after_a_deadlock_may_use_the_model_once_more() {
    /// Counts down, as guards do.
    struct OnDrop(Arc<(AtomicU32, Mutex<u32>)>);
    impl Drop for OnDrop {
        fn drop(&mut self) {
            self.0.0.fetch_sub(1, Ordering::Relaxed);
            *self.0.1.lock().expect("not poisoned") += 1;
        }
    }
    let failure = failure(&Model::new(), || {
        let guard = OnDrop(Arc::new((AtomicU32::new(1), Mutex::new(0))));
        let gate = Gate::new();
        let open = gate.open.lock().expect("not poisoned");
        drop(gate.bell.wait(open));
        drop(guard);
    });
    assert_eq!(failure.why(), "a deadlock, every thread waits");
}

#[test]
#[should_panic(expected = "A and B call set\n  a data race: B writes table")]
fn check_panics_with_the_title() {
    Model::new().check(
        "A and B call set",
        beside(
            || Cell::named("table", 0),
            |table| table.set(1),
            |table| table.set(2),
        ),
    );
}

#[test]
fn fewer_preemptions_are_fewer_orders() {
    let executions = |model: Model| {
        let explored = model.explore(|| {
            let count = Arc::new(Mutex::new(0));
            let threads = ["A", "B"].map(|name| {
                let count = Arc::clone(&count);
                thread::spawn(name, move || {
                    *count.lock().expect("not poisoned") += 1;
                    *count.lock().expect("not poisoned") += 1;
                })
            });
            for thread in threads {
                thread.join();
            }
            *count.lock().expect("not poisoned")
        });
        let explored = explored.unwrap_or_else(|failure| panic!("{failure}"));
        assert!(explored.find(|&count| count != 4).is_none());
        explored.executions()
    };
    let few = executions(Model::new().preemptions_at_most(0));
    let all = executions(Model::new());
    assert!(
        (1..all).contains(&few),
        "{few} orders without a preemption, {all} in all"
    );
}

#[test]
fn a_source_tells_where_a_word_is_outside_of_comments() {
    let source = Source::new("src/x.rs", "// Mutex\nuse std::sync::Mutex;\n");
    assert_eq!(
        source.first_with(&["RwLock", "Mutex"]),
        Some(("src/x.rs:2".to_owned(), "use std::sync::Mutex;"))
    );
    assert_eq!(source.first_with(&["RwLock"]), None);
}
