//! One more gate that is right: whoever wrote the models has not seen it.

#[path = "../src/models.rs"]
mod models;

use probes::model::sync::{Condvar, Mutex};

mod door {
    pub trait Door: Send + Sync + 'static {
        fn new(places: u32) -> Self;
        fn enter(&self) -> bool;
        fn try_enter(&self) -> bool;
        fn leave(&self);
        fn close(&self);
        fn inside(&self) -> u32;
        fn admitted(&self) -> u64;
    }
}

/// Counts down from the places, and has no places once it is closed. All of it is behind one lock.
struct Countdown {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    free: Option<u32>,
    inside: u32,
    admitted: u64,
}

impl State {
    fn admit(&mut self) -> bool {
        let free = self.free.as_mut().filter(|free| **free > 0);
        let Some(free) = free else {
            return false;
        };
        *free -= 1;
        self.inside += 1;
        self.admitted += 1;
        true
    }
}

impl door::Door for Countdown {
    fn new(places: u32) -> Self {
        let state = State {
            free: Some(places),
            inside: 0,
            admitted: 0,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    fn enter(&self) -> bool {
        let state = self.state.lock().expect("never poisoned");
        let mut state = self
            .changed
            .wait_while(state, |state| state.free == Some(0))
            .expect("never poisoned");
        state.admit()
    }

    fn try_enter(&self) -> bool {
        self.state.lock().expect("never poisoned").admit()
    }

    fn leave(&self) {
        let mut state = self.state.lock().expect("never poisoned");
        state.inside -= 1;
        if let Some(free) = &mut state.free {
            *free += 1;
        }
        self.changed.notify_all();
    }

    fn close(&self) {
        self.state.lock().expect("never poisoned").free = None;
        self.changed.notify_all();
    }

    fn inside(&self) -> u32 {
        self.state.lock().expect("never poisoned").inside
    }

    fn admitted(&self) -> u64 {
        self.state.lock().expect("never poisoned").admitted
    }
}

#[test]
fn a_gate_of_one_number_passes() {
    models::models::<Countdown>();
}
