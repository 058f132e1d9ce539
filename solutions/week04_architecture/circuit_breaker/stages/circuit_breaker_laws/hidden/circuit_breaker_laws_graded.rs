//! Stage 8: two more mistakes.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}
#[path = "../src/laws.rs"]
#[allow(dead_code, reason = "it is part of the library, too")]
mod laws;
#[allow(dead_code, reason = "each test file uses its own part")]
mod lab {
    include!("support/lab.rs");
}

use lab::{NONE, Paper, assert_finds};
use laws::{Case, How, Mode, Subject};

/// The breaker on paper, from outside: with a count that outlives its state.
struct TheCountStays(Paper<NONE>);

impl TheCountStays {
    fn new(case: &Case) -> Self {
        Self(Paper::new(case))
    }
}

impl Subject for TheCountStays {
    fn wait(&mut self, milliseconds: u64) {
        self.0.wait(milliseconds);
    }

    fn begin(&mut self) -> Result<(), Option<u64>> {
        self.0.begin()
    }

    fn end(&mut self, which: usize, how: How) {
        let before = self.0.mode;
        self.0.end(which, how);
        if before == Mode::HalfOpen && self.0.mode == Mode::Closed {
            // As many as have opened it.
            self.0.failures = self.0.case.failures;
        }
    }

    fn mode(&self) -> Mode {
        self.0.mode()
    }

    fn totals(&self) -> [u64; 5] {
        self.0.totals
    }
}

/// The breaker on paper, from outside: what it knows of a call is the name of the state that let it through.
struct AStateLikeMine(Paper<NONE>);

impl AStateLikeMine {
    fn new(case: &Case) -> Self {
        Self(Paper::new(case))
    }
}

impl Subject for AStateLikeMine {
    fn wait(&mut self, milliseconds: u64) {
        self.0.wait(milliseconds);
    }

    fn begin(&mut self) -> Result<(), Option<u64>> {
        self.0.begin()
    }

    fn end(&mut self, which: usize, how: How) {
        let (mode, now) = (self.0.mode, self.0.period);
        if let Some((period, begun_in)) = self.0.under_way.get_mut(which)
            && *begun_in == mode
        {
            *period = now;
        }
        self.0.end(which, how);
    }

    fn mode(&self) -> Mode {
        self.0.mode()
    }

    fn totals(&self) -> [u64; 5] {
        self.0.totals
    }
}

#[test]
fn a_count_that_outlives_its_state_is_found() {
    assert_finds(
        "the count of failures is not started again when the circuit closes",
        TheCountStays::new,
    );
}

#[test]
fn a_state_of_the_same_name_is_found() {
    assert_finds(
        "a result counts where the state has the name of the one that it began in, also if that is another time",
        AStateLikeMine::new,
    );
}
