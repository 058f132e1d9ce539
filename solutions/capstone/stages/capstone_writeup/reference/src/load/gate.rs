//! Whether it is worse than it was.

use super::report::Figures;

/// As many pairs are needed for a verdict. Between the second smallest of nine ratios and the second largest lies the true
/// median in 96 of 100 series, whatever the noise is like.
const ENOUGH_PAIRS: usize = 9;
/// As many answers, in each run. The 99th percentile of 1,000 has ten answers above it; of 100 it is the slowest but one.
const ENOUGH_ANSWERS: u64 = 1_000;

/// A regression gate: how much worse is too much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gate {
    /// The 99th percentile may be so many times as long.
    pub tail: f64,
    /// The baseline may have so many times as many answers in a second.
    pub throughput: f64,
}

/// Two runs, one directly after the other, so that both had the same neighbours.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Of what is there.
    pub baseline: Figures,
    /// Of what is to come.
    pub current: Figures,
}

/// What can be worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// The share of calls without an answer.
    Failures,
    /// The 99th percentile.
    Tail,
    /// Answers in a second.
    Throughput,
}

/// What the gate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is worse by more than it may be.
    Passed,
    /// These are, in order.
    Worse(Vec<Figure>),
    /// Of these nobody can say, in order. Measure more often, or in more quiet.
    Unclear(Vec<Figure>),
    /// There is too little to say anything.
    TooFew,
    /// Not all of it was the same load, so there is nothing to compare.
    OtherPlan,
}

impl Gate {
    /// Compares runs that were made in turn.
    pub fn judge(&self, pairs: &[Pair]) -> Verdict {
        let Some(first) = pairs.first() else {
            return Verdict::TooFew;
        };
        let sides = || pairs.iter().flat_map(|it| [&it.baseline, &it.current]);
        if sides().any(|side| side.plan != first.baseline.plan) {
            return Verdict::OtherPlan;
        }
        // Before everything else: failures need no second look, and a service that answers nothing has too few answers.
        let failures = failures(pairs);
        if failures == Finding::Worse {
            return Verdict::Worse(vec![Figure::Failures]);
        }
        if pairs.len() < ENOUGH_PAIRS || sides().any(|side| side.answered < ENOUGH_ANSWERS) {
            return Verdict::TooFew;
        }
        let tail = |it: &Pair| it.current.p99.as_secs_f64() / it.baseline.p99.as_secs_f64();
        let throughput = |it: &Pair| it.baseline.per_second / it.current.per_second;
        let findings = [
            (Figure::Failures, failures),
            (Figure::Tail, compare(pairs, tail, self.tail)),
            (
                Figure::Throughput,
                compare(pairs, throughput, self.throughput),
            ),
        ];
        let those = |wanted: Finding| -> Vec<Figure> {
            let those = findings.iter().filter(|(_, finding)| *finding == wanted);
            those.map(|(figure, _)| *figure).collect()
        };
        match (those(Finding::Worse), those(Finding::Unclear)) {
            (worse, _) if !worse.is_empty() => Verdict::Worse(worse),
            (_, unclear) if !unclear.is_empty() => Verdict::Unclear(unclear),
            _ => Verdict::Passed,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Finding {
    Fine,
    Worse,
    Unclear,
}

/// Fewer failures are no pass either: what is answered now and was refused before is another load than the baseline had.
fn failures(pairs: &[Pair]) -> Finding {
    let sum = |side: fn(&Pair) -> &Figures| {
        pairs.iter().map(side).fold((0, 0), |(failed, asked), it| {
            (failed + it.failed, asked + it.failed + it.answered)
        })
    };
    let (before, of_before) = sum(|it| &it.baseline);
    let (now, of_now) = sum(|it| &it.current);
    // Shares, without dividing.
    let times = |failed: u64, of: u64| u128::from(failed) * u128::from(of);
    match times(now, of_before).cmp(&times(before, of_now)) {
        std::cmp::Ordering::Greater => Finding::Worse,
        std::cmp::Ordering::Equal => Finding::Fine,
        std::cmp::Ordering::Less => Finding::Unclear,
    }
}

/// How many times as bad the current run of each pair is, but for the smallest and the largest. If all of these are on one side of
/// the limit, that is a verdict. If not, noise is larger than what is looked for, and to call that a pass would be a guess.
fn compare(pairs: &[Pair], times_as_bad: impl Fn(&Pair) -> f64, limit: f64) -> Finding {
    let mut ratios: Vec<f64> = pairs.iter().map(times_as_bad).collect();
    ratios.sort_by(f64::total_cmp);
    let (low, high) = (ratios[1], ratios[ratios.len() - 2]);
    if low > limit {
        Finding::Worse
    } else if high <= limit {
        Finding::Fine
    } else {
        Finding::Unclear
    }
}
