//! Runs the models of `src/models.rs` on gates. They have to pass those that are right, and to fail the others.

#[path = "../src/models.rs"]
mod models;

mod sync {
    pub use probes::model::sync::*;
}

/// What a model may ask of a gate, whichever it is.
mod door {
    pub trait Door: Send + Sync + 'static {
        /// An open gate of a hall with so many places.
        fn new(places: u32) -> Self;

        /// Waits for a place and takes it. False if the gate is closed, before or while this waits.
        fn enter(&self) -> bool;

        /// Takes a place if one is free and the gate is open, and tells whether it has.
        fn try_enter(&self) -> bool;

        /// Gives the place of a visitor back.
        fn leave(&self);

        /// Lets nobody in any more. Whoever is inside may stay.
        fn close(&self);

        /// How many are inside at this moment.
        fn inside(&self) -> u32;

        /// How many have been let in so far. Whoever has come in is counted.
        fn admitted(&self) -> u64;
    }
}

use std::panic::{AssertUnwindSafe, catch_unwind};

use models::models;

macro_rules! gates {
    ($($name:ident in $path:literal;)*) => {$(
        #[path = $path]
        mod $name;

        impl door::Door for $name::Gate {
            fn new(places: u32) -> Self {
                $name::Gate::new(places)
            }

            fn enter(&self) -> bool {
                self.enter()
            }

            fn try_enter(&self) -> bool {
                self.try_enter()
            }

            fn leave(&self) {
                self.leave();
            }

            fn close(&self) {
                self.close();
            }

            fn inside(&self) -> u32 {
                self.inside()
            }

            fn admitted(&self) -> u64 {
                self.admitted()
            }
        }
    )*};
}

gates! {
    gate in "../lab/gate.rs";
    always_rings in "../lab/gates/always_rings.rs";
    counts_under_the_lock in "../lab/gates/counts_under_the_lock.rs";
    lets_in_when_closed in "../lab/gates/lets_in_when_closed.rs";
    looks_twice in "../lab/gates/looks_twice.rs";
    walks_in in "../lab/gates/walks_in.rs";
    leaves_silently in "../lab/gates/leaves_silently.rs";
    stops_listening in "../lab/gates/stops_listening.rs";
    waits_on in "../lab/gates/waits_on.rs";
    closes_for_one in "../lab/gates/closes_for_one.rs";
    counts_in_two_steps in "../lab/gates/counts_in_two_steps.rs";
    loses_who_leaves in "../lab/gates/loses_who_leaves.rs";
}

/// The models must find something wrong with this gate.
#[track_caller]
fn must_fail<D: door::Door>(what_it_does: &str) {
    let found = catch_unwind(AssertUnwindSafe(models::<D>)).is_err();
    assert!(
        found,
        "your models pass a gate with a bug: {what_it_does}. Which two or three calls, in which order of their \
         steps, show it?"
    );
}

#[test]
fn the_true_gate_passes() {
    models::<gate::Gate>();
}

#[test]
fn a_gate_that_always_rings_passes() {
    models::<always_rings::Gate>();
}

#[test]
fn a_gate_that_counts_under_its_lock_passes() {
    models::<counts_under_the_lock::Gate>();
}

#[test]
fn a_gate_that_lets_in_when_closed_is_found() {
    must_fail::<lets_in_when_closed::Gate>("try_enter lets visitors in although it is closed");
}

#[test]
fn a_gate_that_looks_twice_is_found() {
    must_fail::<looks_twice::Gate>("when two try at once, more are inside than there are places");
}

#[test]
fn a_gate_that_walks_in_is_found() {
    must_fail::<walks_in::Gate>(
        "a visitor who waited and was woken goes in, although somebody else has taken the place",
    );
}

#[test]
fn a_gate_that_leaves_silently_is_found() {
    must_fail::<leaves_silently::Gate>("a visitor who waits is not told that a place is free");
}

#[test]
fn a_gate_that_stops_listening_is_found() {
    must_fail::<stops_listening::Gate>(
        "a place that becomes free after a visitor has looked, and before they wait, is never noticed",
    );
}

#[test]
fn a_gate_that_waits_on_is_found() {
    must_fail::<waits_on::Gate>(
        "whoever waits for a place goes on waiting when the gate is closed",
    );
}

#[test]
fn a_gate_that_closes_for_one_is_found() {
    must_fail::<closes_for_one::Gate>(
        "when it is closed, one of those who wait is told, and the others wait for ever",
    );
}

#[test]
fn a_gate_that_counts_in_two_steps_is_found() {
    must_fail::<counts_in_two_steps::Gate>(
        "when two come in at once, `admitted` may count one of them",
    );
}

#[test]
fn a_gate_that_loses_who_leaves_is_found() {
    must_fail::<loses_who_leaves::Gate>("when two leave at once, one of the places may stay taken");
}
