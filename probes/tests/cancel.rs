//! Futures are dropped at each place where they wait, and at no other.

use std::cell::RefCell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use probes::cancel::{after, everywhere};

/// Polls until it is ready; nothing here waits for anybody else.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// Pending once.
async fn a_moment() {
    let mut waited = false;
    std::future::poll_fn(move |_| {
        if std::mem::replace(&mut waited, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// Writes 1 to 3 into the list, and is pending before each.
async fn three_steps(list: &RefCell<Vec<u32>>) -> &'static str {
    for step in 1..=3 {
        a_moment().await;
        list.borrow_mut().push(step);
    }
    "done"
}

#[test]
fn a_future_is_dropped_after_so_many_pendings() {
    for (pendings, expected, output) in [
        (0, &[][..], None),
        (1, &[], None),
        (2, &[1], None),
        (3, &[1, 2], None),
        (4, &[1, 2, 3], Some("done")),
        (9, &[1, 2, 3], Some("done")),
    ] {
        let list = RefCell::default();
        assert_eq!(block_on(after(pendings, three_steps(&list))), output);
        assert_eq!(*list.borrow(), expected, "after {pendings} pendings");
    }
}

#[test]
fn what_the_future_held_is_dropped_with_it() {
    struct Held<'a>(&'a RefCell<u32>);
    impl Drop for Held<'_> {
        fn drop(&mut self) {
            *self.0.borrow_mut() += 1;
        }
    }
    let dropped = RefCell::new(0);
    let mut cut = Box::pin(after(1, async {
        let _held = Held(&dropped);
        a_moment().await;
    }));
    assert_eq!(block_on(cut.as_mut()), None);
    assert_eq!(
        *dropped.borrow(),
        1,
        "at the place, not when the cut is dropped"
    );
}

#[test]
fn a_story_is_told_for_each_place() {
    let told = RefCell::new(Vec::new());
    let places = block_on(everywhere(async |cut| {
        let list = RefCell::default();
        let output = cut.future(three_steps(&list)).await;
        told.borrow_mut()
            .push((cut.to_string(), list.into_inner().len(), output.is_some()));
    }));
    assert_eq!(places, 4, "unpolled, and at each of three pendings");
    let expected = [
        ("it was dropped before it was polled", 0, false),
        ("it was dropped after its first Pending", 0, false),
        ("it was dropped after its Pending number 2", 1, false),
        ("it was dropped after its Pending number 3", 2, false),
        ("it ended by itself", 3, true),
    ];
    let expected = expected.map(|(place, steps, ended)| (place.to_owned(), steps, ended));
    assert_eq!(*told.borrow(), expected);
}

#[test]
#[should_panic(expected = "a story hands one future to the cut")]
fn a_story_without_a_future_is_a_mistake() {
    block_on(everywhere(async |_| {}));
}

#[test]
#[should_panic(expected = "has not ended")]
fn a_future_without_an_end_is_told_so() {
    block_on(everywhere(async |cut| {
        cut.future(async {
            loop {
                a_moment().await;
            }
        })
        .await;
    }));
}
