// Subjects for the laws: the breaker itself, and one on paper, with a mistake that is chosen by a number.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::time::Duration;

use circuit_breaker::{Breaker, Permit, State};

use crate::laws::{Case, How, Mode, Step, Subject, case, check};
use crate::support::{Hand, some};

/// The learner's breaker.
pub struct Real {
    clock: Hand,
    breaker: Breaker,
    under_way: Vec<Permit>,
}

impl Real {
    pub fn new(case: &Case) -> Self {
        let clock = Hand::new();
        let breaker = Breaker::builder()
            .clock(clock.clone())
            .failures(some(case.failures))
            .cool_down(Duration::from_millis(case.cool_down))
            .probes(some(case.probes))
            .build();
        Self {
            clock,
            breaker,
            under_way: Vec::new(),
        }
    }
}

impl Subject for Real {
    fn wait(&mut self, milliseconds: u64) {
        self.clock.advance(milliseconds);
    }

    fn begin(&mut self) -> Result<(), Option<u64>> {
        match self.breaker.acquire() {
            Ok(permit) => {
                self.under_way.push(permit);
                Ok(())
            }
            Err(refused) => Err(refused.retry_after.map(|it| it.as_millis() as u64)),
        }
    }

    fn end(&mut self, which: usize, how: How) {
        if which >= self.under_way.len() {
            return;
        }
        let permit = self.under_way.remove(which);
        match how {
            How::Succeeds => permit.succeeded(),
            How::Fails => permit.failed(),
            How::IsDropped => drop(permit),
        }
    }

    fn mode(&self) -> Mode {
        match self.breaker.state() {
            State::Closed => Mode::Closed,
            State::Open => Mode::Open,
            State::HalfOpen => Mode::HalfOpen,
        }
    }

    fn totals(&self) -> [u64; 5] {
        let it = self.breaker.totals();
        [
            it.admitted,
            it.refused,
            it.succeeded,
            it.failed,
            it.abandoned,
        ]
    }
}

pub const NONE: u8 = 0;
pub const LATE_RESULTS_COUNT: u8 = 1;
pub const THE_FIRST_PROBE_CLOSES: u8 = 2;
pub const A_PLACE_IS_LOST: u8 = 3;
pub const ANYBODY_GIVES_BACK: u8 = 4;
pub const FROM_THE_FIRST_OPENING: u8 = 5;
pub const A_MILLISECOND_TOO_LONG: u8 = 6;
pub const SUCCESSES_ARE_FORGOTTEN: u8 = 7;
pub const THE_WHOLE_COOL_DOWN: u8 = 8;
pub const LATE_ENDS_ARE_LEFT_OUT: u8 = 9;

/// A breaker on paper, with one of the mistakes.
pub struct Paper<const MISTAKE: u8> {
    pub case: Case,
    pub now: u64,
    /// As it was entered; an open one may be over.
    pub mode: Mode,
    pub since: u64,
    pub failures: u32,
    pub succeeded: u32,
    pub places: u32,
    pub period: u32,
    /// The period and the state in which each was let through.
    pub under_way: Vec<(u32, Mode)>,
    pub totals: [u64; 5],
}

impl<const MISTAKE: u8> Paper<MISTAKE> {
    pub fn new(case: &Case) -> Self {
        Self {
            case: case.clone(),
            now: 0,
            mode: Mode::Closed,
            since: 0,
            failures: 0,
            succeeded: 0,
            places: 0,
            period: 0,
            under_way: Vec::new(),
            totals: [0; 5],
        }
    }

    fn rest(&self) -> u64 {
        (self.since + self.case.cool_down).saturating_sub(self.now)
    }

    fn is_over(&self) -> bool {
        let end = self.since + self.case.cool_down;
        self.now > end || self.now == end && MISTAKE != A_MILLISECOND_TOO_LONG
    }

    fn enter(&mut self, mode: Mode) {
        self.period += 1;
        let again = self.mode == Mode::HalfOpen && mode == Mode::Open;
        if mode == Mode::Open && !(again && MISTAKE == FROM_THE_FIRST_OPENING) {
            self.since = self.now;
        }
        if mode == Mode::Closed {
            self.failures = 0;
        }
        (self.succeeded, self.places) = (0, 0);
        self.mode = mode;
    }
}

impl<const MISTAKE: u8> Subject for Paper<MISTAKE> {
    fn wait(&mut self, milliseconds: u64) {
        self.now += milliseconds;
    }

    fn begin(&mut self) -> Result<(), Option<u64>> {
        if self.mode == Mode::Open {
            if !self.is_over() {
                let rest = self.rest();
                self.totals[1] += 1;
                let whole = MISTAKE == THE_WHOLE_COOL_DOWN;
                return Err(Some(if whole { self.case.cool_down } else { rest }));
            }
            self.enter(Mode::HalfOpen);
        }
        if self.mode == Mode::HalfOpen {
            if self.places + self.succeeded >= self.case.probes {
                self.totals[1] += 1;
                return Err(None);
            }
            self.places += 1;
        }
        self.totals[0] += 1;
        self.under_way.push((self.period, self.mode));
        Ok(())
    }

    fn end(&mut self, which: usize, how: How) {
        if which >= self.under_way.len() {
            return;
        }
        let (period, _) = self.under_way.remove(which);
        let late = period != self.period;
        if !(late && MISTAKE == LATE_ENDS_ARE_LEFT_OUT) {
            self.totals[match how {
                How::Succeeds => 2,
                How::Fails => 3,
                How::IsDropped => 4,
            }] += 1;
        }
        let counts = match MISTAKE {
            LATE_RESULTS_COUNT => how != How::IsDropped || !late,
            ANYBODY_GIVES_BACK => !late || how == How::IsDropped,
            _ => !late,
        };
        if !counts {
            return;
        }
        match (self.mode, how) {
            (Mode::Open, _) | (Mode::Closed, How::IsDropped) => {}
            (Mode::Closed, How::Succeeds) if MISTAKE == SUCCESSES_ARE_FORGOTTEN => {}
            (Mode::Closed, How::Succeeds) => self.failures = 0,
            (Mode::Closed, How::Fails) => {
                self.failures += 1;
                if self.failures >= self.case.failures {
                    self.enter(Mode::Open);
                }
            }
            (Mode::HalfOpen, How::Fails) => self.enter(Mode::Open),
            (Mode::HalfOpen, How::IsDropped) if MISTAKE == A_PLACE_IS_LOST => {}
            (Mode::HalfOpen, How::IsDropped) => self.places = self.places.saturating_sub(1),
            (Mode::HalfOpen, How::Succeeds) => {
                self.places = self.places.saturating_sub(1);
                self.succeeded += 1;
                if self.succeeded >= self.case.probes || MISTAKE == THE_FIRST_PROBE_CLOSES {
                    self.enter(Mode::Closed);
                }
            }
        }
    }

    fn mode(&self) -> Mode {
        if self.mode == Mode::Open && self.is_over() {
            return Mode::HalfOpen;
        }
        self.mode
    }

    fn totals(&self) -> [u64; 5] {
        self.totals
    }
}

/// So many of the learner's cases are tried.
pub const CASES: u64 = 300;

/// Fails where the learner's `check` has something to say about a subject that is right.
pub fn assert_keeps<S: Subject>(whose: &str, new: fn(&Case) -> S) {
    for seed in 0..CASES {
        let case = case(seed);
        if let Err(said) = check(&case, &mut new(&case)) {
            panic!("{whose} is right, and breaks your laws in the case of seed {seed}: {said}");
        }
    }
}

/// All that can be seen of a story.
fn seen(case: &Case, subject: &mut dyn Subject) -> String {
    let mut seen = String::new();
    let mut under_way = 0;
    for step in &case.steps {
        match *step {
            Step::Wait(milliseconds) => subject.wait(milliseconds),
            Step::Begin => {
                let answer = subject.begin();
                under_way += usize::from(answer.is_ok());
                seen += &format!("{answer:?} ");
            }
            Step::End(which, how) if under_way > 0 => {
                subject.end(which % under_way, how);
                under_way -= 1;
            }
            Step::End(..) => {}
        }
        seen += &format!("{:?} {:?} ", subject.mode(), subject.totals());
    }
    seen
}

/// Fails where a mistake is not found.
pub fn assert_breaks<const MISTAKE: u8>(behaviour: &str) {
    assert_finds(behaviour, Paper::<MISTAKE>::new);
}

/// Fails where nothing is found that is wrong with this subject.
pub fn assert_finds<S: Subject>(behaviour: &str, new: fn(&Case) -> S) {
    // As long as the laws are wrong about what is right, what they say of a mistake means nothing.
    assert_keeps("a breaker on paper", Paper::<NONE>::new);
    let shows = (0..CASES).find(|seed| {
        let case = case(*seed);
        let right = seen(&case, &mut Paper::<NONE>::new(&case));
        let other = seen(&case, &mut new(&case));
        right != other
    });
    let Some(seed) = shows else {
        panic!("a breaker: {behaviour}. Your first {CASES} cases never come to where that shows");
    };
    let found = (0..CASES).any(|seed| {
        let case = case(seed);
        check(&case, &mut new(&case)).is_err()
    });
    assert!(
        found,
        "a breaker: {behaviour}. That shows in the case of seed {seed}, and `check` has nothing to say about it"
    );
}
