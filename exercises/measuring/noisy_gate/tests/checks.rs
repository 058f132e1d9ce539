//! How often the gate is wrong: on series that were recorded on a busy machine, and on a machine that is simulated.

use noisy_gate::{ENOUGH, Pair, Verdict, judge};

/// What `measure/record.rs` printed on a machine with two cores, while others compiled on it.
const RECORDED: &str = include_str!("../recorded/busy_machine.txt");

/// The recorded series of a kind.
fn recorded(kind: &str) -> Vec<Vec<Pair>> {
    let pair = |text: &str| {
        let (before, after) = text.split_once('/').expect("before/after");
        let time = |text: &str| text.parse().expect("a time in microseconds");
        Pair {
            before: time(before),
            after: time(after),
        }
    };
    let lines = RECORDED.lines().filter_map(|line| line.strip_prefix(kind));
    lines
        .map(|line| line.split_whitespace().map(pair).collect())
        .collect()
}

/// A machine that others use, too. The same seed is the same machine.
struct Machine {
    state: u64,
    /// How slow it is at the moment; 1 is as usual.
    pace: f64,
    /// Runs that are left until that changes.
    left: u32,
}

impl Machine {
    fn new(seed: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            pace: 1.0,
            left: 0,
        }
    }

    /// Somewhere from 0 to 1.
    fn random(&mut self) -> f64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// How long work takes now that takes `usual` on a quiet machine.
    fn run(&mut self, usual: f64) -> f64 {
        if self.left == 0 {
            // Heat, the clock's frequency, a neighbour that comes or goes: it stays so for some runs.
            self.pace = 0.75 + self.random() * 0.7;
            self.left = 2 + (self.random() * 16.0) as u32;
        }
        self.left -= 1;
        // The sum of four is near enough to a bell.
        let bell = 3_f64.sqrt() * ((0..4).map(|_| self.random()).sum::<f64>() - 2.0);
        let mut time = usual * self.pace * (1.0 + 0.025 * bell);
        match self.random() {
            // Somebody else had the processor meanwhile.
            chance if chance < 0.08 => time *= 1.5 + self.random() * 6.0,
            // For once nobody shared the cache.
            chance if chance < 0.11 => time *= 0.8,
            _ => {}
        }
        time
    }

    /// Pairs of which the new code takes `factor` times as long as the old, measured in turn.
    fn series(&mut self, pairs: usize, factor: f64) -> Vec<Pair> {
        let usual = 200.0;
        let pair = |number: usize| {
            if number.is_multiple_of(2) {
                let before = self.run(usual);
                let after = self.run(usual * factor);
                Pair { before, after }
            } else {
                let after = self.run(usual * factor);
                let before = self.run(usual);
                Pair { before, after }
            }
        };
        (0..pairs).map(pair).collect()
    }
}

/// How many of so many series are said to be slower.
fn alarms(series: u64, pairs: usize, factor: f64) -> u64 {
    let slower = |seed: &u64| judge(&Machine::new(*seed).series(pairs, factor)) == Verdict::Slower;
    (1..=series).filter(slower).count() as u64
}

#[test]
fn a_busy_machine_is_no_regression() {
    let equal = recorded("equal");
    let alarms = equal
        .iter()
        .filter(|pairs| judge(pairs) == Verdict::Slower)
        .count();
    assert!(
        alarms <= 1,
        "old and new were the same code, on a busy machine, and {alarms} of {} series were called slower. Nobody looks at the alarms \
         of such a gate for long",
        equal.len()
    );
}

#[test]
fn a_tenth_is_found_on_a_busy_machine() {
    let slower = recorded("slower");
    let missed = slower
        .iter()
        .filter(|pairs| judge(pairs) != Verdict::Slower)
        .count();
    assert_eq!(
        missed,
        0,
        "the new code did a tenth more, on a busy machine, and in {missed} of {} series that was not found",
        slower.len()
    );
}

#[test]
fn alarms_are_few_and_nothing_is_missed() {
    let alarms_at = |factor| alarms(1_000, 41, factor);
    let (equal, two, ten) = (alarms_at(1.0), alarms_at(1.02), alarms_at(1.1));
    assert!(
        equal <= 5,
        "of 1,000 series of equal code {equal} were called slower; more than 5 are one a week where there are 30 benchmarks and \
         5 changes a day"
    );
    assert!(
        two <= 20,
        "of 1,000 series with 2 % more {two} were called slower. That much comes and goes with the order in which functions are \
         linked; the gate is to be quiet about it, and is wrong in 20 at most"
    );
    assert_eq!(
        1_000 - ten,
        0,
        "of 1,000 series with 10 % more so many were missed"
    );
}

#[test]
fn faster_is_no_alarm() {
    for percent in [5, 10, 50] {
        let alarms = alarms(200, 41, 1.0 - f64::from(percent) / 100.0);
        assert_eq!(
            alarms, 0,
            "of 200 series of code that is {percent} % faster so many were called slower"
        );
    }
}

#[test]
fn little_is_too_little() {
    let good = Pair {
        before: 100.0,
        after: 130.0,
    };
    assert_eq!(
        judge(&[]),
        Verdict::TooFew,
        "nothing was measured, and that must not open the gate"
    );
    assert_eq!(
        judge(&[good; ENOUGH - 1]),
        Verdict::TooFew,
        "one pair less than enough"
    );
    assert_eq!(
        judge(&[good; ENOUGH]),
        Verdict::Slower,
        "enough pairs, each with 30 % more"
    );
    let mut pairs = vec![good; ENOUGH - 1];
    for (before, after) in [
        (0.0, 130.0),
        (100.0, f64::NAN),
        (f64::INFINITY, 130.0),
        (-1.0, 130.0),
    ] {
        pairs.push(Pair { before, after });
        assert_eq!(
            judge(&pairs),
            Verdict::TooFew,
            "a pair of {before} and {after} was not measured, and does not count as one"
        );
    }
    pairs.push(good);
    assert_eq!(
        judge(&pairs),
        Verdict::Slower,
        "enough pairs beside the four that were not measured"
    );
}
