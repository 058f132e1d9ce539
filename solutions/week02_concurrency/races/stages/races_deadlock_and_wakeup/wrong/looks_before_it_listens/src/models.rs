//! Your models of a gate, for the stage `races_pin_it`: what two or three threads at once may see of it.
//!
//! No module of the library: `tests/races_pin_it.rs` takes this file in, and runs [`models`] on the true gate, on gates
//! that are built in another way, and on gates with a bug.

use crate::door::Door;
use probes::model::Model;

/// Runs every model on a gate of this kind. Panics if one of them finds something wrong.
pub fn models<D: Door>() {
    one_visitor::<D>();
}

fn one_visitor<D: Door>() {
    Model::new().check("main goes in and out, with one place", || {
        let gate = D::new(1);
        assert!(gate.enter(), "there is a place");
        assert_eq!(gate.inside(), 1, "one is inside");
        assert!(!gate.try_enter(), "the one place is taken");
        gate.leave();
        assert!(gate.try_enter(), "the place is free again");
        assert_eq!(gate.admitted(), 2, "two have been let in");
    });
}
