//! Other machines, other lengths of series, other units.

use noisy_gate::{ENOUGH, Pair, Verdict, judge};

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
fn longer_series_are_judged_as_well() {
    for pairs in [51, 121] {
        let (equal, ten) = (alarms(200, pairs, 1.0), alarms(200, pairs, 1.1));
        assert!(
            equal <= 2 && ten == 200,
            "{pairs} pairs: of 200 series of equal code {equal} were called slower, and of 200 with 10 % more {ten}"
        );
    }
}

#[test]
fn the_unit_makes_no_difference() {
    for seed in 1..=50 {
        for (factor, expected) in [(1.0, Verdict::Noise), (1.15, Verdict::Slower)] {
            let pairs = Machine::new(seed * 7_919).series(61, factor);
            for unit in [1e-9, 1.0, 1e9] {
                let scaled = pairs.iter().map(|pair| Pair {
                    before: pair.before * unit,
                    after: pair.after * unit,
                });
                assert_eq!(
                    judge(&scaled.collect::<Vec<_>>()),
                    expected,
                    "seed {seed}, {factor} times the time, in a unit of {unit}"
                );
            }
        }
    }
}

#[test]
fn a_few_wild_pairs_decide_nothing() {
    let mut pairs = vec![
        Pair {
            before: 100.0,
            after: 100.0
        };
        ENOUGH
    ];
    pairs[..8].fill(Pair {
        before: 100.0,
        after: 5_000.0,
    });
    assert_eq!(
        judge(&pairs),
        Verdict::Noise,
        "in 8 of {ENOUGH} pairs the new code was interrupted"
    );
    let mut pairs = vec![
        Pair {
            before: 100.0,
            after: 115.0
        };
        ENOUGH
    ];
    pairs[..8].fill(Pair {
        before: 5_000.0,
        after: 115.0,
    });
    assert_eq!(
        judge(&pairs),
        Verdict::Slower,
        "in 8 of {ENOUGH} pairs the old code was interrupted"
    );
}
