//! Your models of a gate, for the stage `races_pin_it`: what two or three threads at once may see of it.
//!
//! No module of the library: `tests/races_pin_it.rs` takes this file in, and runs [`models`] on the true gate, on gates
//! that are built in another way, and on gates with a bug.

use crate::door::Door;
use probes::model::sync::Arc;
use probes::model::{Model, thread};

/// Runs every model on a gate of this kind. Panics if one of them finds something wrong.
pub fn models<D: Door>() {
    one_visitor::<D>();
    the_last_place_goes_to_one::<D>();
    both_are_counted::<D>();
    both_places_come_back::<D>();
    closing_ends_the_wait::<D>();
    closing_ends_every_wait::<D>();
}

fn one_visitor<D: Door>() {
    Model::new().check(
        "main goes in and out, with one place, until it closes",
        || {
            let gate = D::new(1);
            assert!(gate.enter(), "there is a place");
            assert_eq!(gate.inside(), 1, "one is inside");
            assert!(!gate.try_enter(), "the one place is taken");
            gate.leave();
            assert!(gate.try_enter(), "the place is free again");
            gate.leave();
            gate.close();
            assert!(!gate.enter(), "it is closed");
            assert!(!gate.try_enter(), "it is closed");
            assert_eq!(
                (gate.inside(), gate.admitted()),
                (0, 2),
                "two came and left"
            );
        },
    );
}

/// A look and a change that are two steps let both in.
fn the_last_place_goes_to_one<D: Door>() {
    beside(
        "A and B try to enter, with one place",
        || D::new(1),
        D::try_enter,
        D::try_enter,
        |a, b, gate| {
            assert!(a != b, "one of them gets in, and the other does not");
            assert_eq!((gate.inside(), gate.admitted()), (1, 1), "inside, admitted");
        },
    );
}

/// Both get in, so nothing but their counting can go wrong.
fn both_are_counted<D: Door>() {
    beside(
        "A enters and B tries, with two places",
        || D::new(2),
        D::enter,
        D::try_enter,
        |a, b, gate| {
            assert!(a && b, "there is a place for each");
            assert_eq!((gate.inside(), gate.admitted()), (2, 2), "inside, admitted");
        },
    );
}

fn both_places_come_back<D: Door>() {
    beside(
        "A and B leave",
        || full::<D>(2),
        D::leave,
        D::leave,
        |(), (), gate| assert_eq!(gate.inside(), 0, "both have left"),
    );
}

fn closing_ends_the_wait<D: Door>() {
    beside(
        "A enters, with no place, while B closes",
        || full::<D>(1),
        D::enter,
        D::close,
        |a, (), gate| {
            assert!(!a, "there was no place, and it is closed");
            assert_eq!(gate.inside(), 1, "who was inside has stayed");
        },
    );
}

/// The one case for which two are not enough: somebody is told, and somebody is not.
fn closing_ends_every_wait<D: Door>() {
    // Three threads have too many orders. Nearly everything that goes wrong does so with two preemptions.
    let model = Model::new().steps_at_most(80).preemptions_at_most(2);
    model.check("C and D enter, with no place, while P closes", || {
        let gate = Arc::new(full::<D>(1));
        let [c, d] = ["C", "D"].map(|name| {
            let gate = Arc::clone(&gate);
            thread::spawn(name, move || gate.enter())
        });
        let p = {
            let gate = Arc::clone(&gate);
            thread::spawn("P", move || gate.close())
        };
        p.join();
        assert!(
            !c.join() && !d.join(),
            "there was no place, and it is closed"
        );
    });
}

/// Two visitors in every order. Each is spawned first once: loom leaves out some of the orders in which the second one
/// comes first. Two preemptions are enough for what goes wrong here, and keep it short. `end` holds whatever the order was, so it may ask for no more than what is true in all of them.
fn beside<D: Door, A: Send + 'static, B: Send + 'static>(
    title: &str,
    gate: fn() -> D,
    a: fn(&D) -> A,
    b: fn(&D) -> B,
    end: fn(A, B, &D),
) {
    for a_first in [true, false] {
        Model::new().preemptions_at_most(2).check(title, move || {
            let gate = Arc::new(gate());
            let (to_a, to_b) = (Arc::clone(&gate), Arc::clone(&gate));
            let start_a = || thread::spawn("A", move || a(&to_a));
            let start_b = || thread::spawn("B", move || b(&to_b));
            let (a, b) = if a_first {
                let first = start_a();
                (first, start_b())
            } else {
                let first = start_b();
                (start_a(), first)
            };
            end(a.join(), b.join(), &gate);
        });
    }
}

/// A gate whose places are all taken.
fn full<D: Door>(places: u32) -> D {
    let gate = D::new(places);
    for _ in 0..places {
        assert!(gate.enter(), "there is a place");
    }
    gate
}
