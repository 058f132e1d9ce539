//! Takes the learner's file in once more, with the model checker's atomics in place of the standard library's.

#[path = "../src/visits.rs"]
mod visits;

mod sync {
    pub use probes::model::sync::atomic;
}

use probes::model::sync::Arc;
use probes::model::{Model, thread};
use visits::Visits;

#[test]
fn two_visits_at_once_both_count() {
    Model::new().check("A and B each count a visit", || {
        let visits = Arc::new(Visits::from(0));
        let other = Arc::clone(&visits);
        let a = thread::spawn("A", move || other.add());
        visits.add();
        a.join();
        assert_eq!(visits.count(), 2, "two visits were counted");
    });
}
