//! What holds of every story of calls. Knows the rules and no breaker: what is told about one comes from outside.

/// What the circuit would do with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Closed,
    Open,
    HalfOpen,
}

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Succeeds,
    Fails,
    IsDropped,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// So many milliseconds pass.
    Wait(u64),
    /// Somebody asks for a permit.
    Begin,
    /// A call ends: of those under way, from the oldest on, the one with this number modulo how many there are. If there is
    /// none, nothing happens.
    End(usize, How),
}

/// A breaker's settings, and a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// So many in a row open it.
    pub failures: u32,
    /// In milliseconds.
    pub cool_down: u64,
    pub probes: u32,
    pub steps: Vec<Step>,
}

/// A breaker in the case's settings, to which a story is told.
pub trait Subject {
    fn wait(&mut self, milliseconds: u64);
    /// Let through, or refused with a `retry_after` in milliseconds.
    fn begin(&mut self) -> Result<(), Option<u64>>;
    /// Ends the call with this number among those under way, from the oldest on.
    fn end(&mut self, which: usize, how: How);
    fn mode(&self) -> Mode;
    /// Admitted, refused, succeeded, failed, abandoned.
    fn totals(&self) -> [u64; 5];
}

/// Tells the story, and asks after each step whether all that can be seen is as the rules say.
///
/// # Errors
///
/// It is not, at the step that is named.
pub fn check(case: &Case, subject: &mut dyn Subject) -> Result<(), String> {
    let mut model = Model::new(case);
    for (at, step) in case.steps.iter().enumerate() {
        let differs = |what: &str, is: &dyn std::fmt::Debug, must: &dyn std::fmt::Debug| {
            Err(format!(
                "step {at}, {step:?}: {what} must be {must:?} and is {is:?}; before that: {:?}",
                &case.steps[..at]
            ))
        };
        match *step {
            Step::Wait(milliseconds) => {
                model.now += milliseconds;
                subject.wait(milliseconds);
            }
            Step::Begin => {
                let (must, is) = (model.begin(), subject.begin());
                if is != must {
                    return differs("the answer to a call", &is, &must);
                }
            }
            Step::End(which, how) => {
                if !model.under_way.is_empty() {
                    let which = which % model.under_way.len();
                    model.end(which, how);
                    subject.end(which, how);
                }
            }
        }
        let (must, is) = (model.mode(), subject.mode());
        if is != must {
            return differs("the state", &is, &must);
        }
        let (must, is) = (model.totals, subject.totals());
        if is != must {
            return differs("the totals", &is, &must);
        }
    }
    Ok(())
}

/// The rules, told slowly. Where a breaker keeps a count, this one counts: it has no number that could drift.
struct Model<'a> {
    case: &'a Case,
    now: u64,
    /// Changes of state so far.
    period: u32,
    phase: Phase,
    /// The periods in which the calls under way were let through.
    under_way: Vec<u32>,
    totals: [u64; 5],
}

enum Phase {
    /// How each call of this period has ended, but for those that were dropped.
    Closed(Vec<How>),
    Open {
        since: u64,
    },
    /// So many have succeeded.
    HalfOpen(u32),
}

impl<'a> Model<'a> {
    fn new(case: &'a Case) -> Self {
        Self {
            case,
            now: 0,
            period: 0,
            phase: Phase::Closed(Vec::new()),
            under_way: Vec::new(),
            totals: [0; 5],
        }
    }

    fn mode(&self) -> Mode {
        match self.phase {
            Phase::Closed(_) => Mode::Closed,
            Phase::Open { since } if self.now < since + self.case.cool_down => Mode::Open,
            Phase::Open { .. } | Phase::HalfOpen(_) => Mode::HalfOpen,
        }
    }

    fn begin(&mut self) -> Result<(), Option<u64>> {
        let answer = self.ask();
        self.totals[usize::from(answer.is_err())] += 1;
        if answer.is_ok() {
            self.under_way.push(self.period);
        }
        answer
    }

    fn ask(&mut self) -> Result<(), Option<u64>> {
        if let Phase::Open { since } = self.phase {
            let end = since + self.case.cool_down;
            if self.now < end {
                return Err(Some(end - self.now));
            }
            self.enter(Phase::HalfOpen(0));
        }
        if let Phase::HalfOpen(succeeded) = self.phase {
            let probes = self.under_way.iter().filter(|it| **it == self.period);
            if probes.count() + succeeded as usize >= self.case.probes as usize {
                return Err(None);
            }
        }
        Ok(())
    }

    fn end(&mut self, which: usize, how: How) {
        let period = self.under_way.remove(which);
        self.totals[2 + how as usize] += 1;
        if period != self.period || how == How::IsDropped {
            return;
        }
        match &mut self.phase {
            Phase::Closed(ended) => {
                ended.push(how);
                let in_a_row = ended.iter().rev().take_while(|it| **it == How::Fails);
                if in_a_row.count() >= self.case.failures as usize {
                    self.enter(Phase::Open { since: self.now });
                }
            }
            Phase::HalfOpen(_) if how == How::Fails => self.enter(Phase::Open { since: self.now }),
            Phase::HalfOpen(succeeded) => {
                *succeeded += 1;
                if *succeeded >= self.case.probes {
                    self.enter(Phase::Closed(Vec::new()));
                }
            }
            Phase::Open { .. } => unreachable!("in that period no call begins"),
        }
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.period += 1;
    }
}

/// The case of this seed, the same each time.
pub fn case(seed: u64) -> Case {
    let mut dice = Dice(seed % 30);
    let cool_down = 10;
    let steps = (0..60).map(|_| match dice.below(10) {
        0..4 => Step::Begin,
        4..8 => Step::End(
            // Old ones more often than not: a late result is one that others have overtaken.
            dice.below(3) as usize,
            [How::Fails, How::Fails, How::Succeeds, How::IsDropped][dice.below(4) as usize],
        ),
        // A millisecond before the end of a cool-down, the end, and one after it.
        _ => Step::Wait([1, cool_down - 1, cool_down, cool_down + 1][dice.below(4) as usize]),
    });
    let steps = steps.collect();
    Case {
        failures: 1 + dice.below(3) as u32,
        cool_down,
        probes: 1 + dice.below(3) as u32,
        steps,
    }
}

/// Numbers that look like chance: `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}
