//! Speed, only ever as a ratio: how many times as fast as the starter, from pairs measured in turn.

use std::time::Duration;

use crate::course::RatioSpec;
use crate::engine::{CheckResult, CheckState, Failure, FigureReading};

/// How many rounds there are before the first look at the pairs, before the second, and at most.
const LOOKS: [usize; 3] = [3, 9, 31];

/// At the first look, every pair is so many times beyond the bound, or there are more rounds. Equal work comes out within
/// 1.10 on a busy machine, so three pairs of three are not that far off by chance.
const FAR: f64 = 1.5;

/// How many rounds there are between so many pairs and the next look at them.
pub fn rounds_after(pairs: usize) -> usize {
    let next = LOOKS.into_iter().find(|look| *look > pairs);
    next.map_or(0, |look| look - pairs)
}

/// The middle of the ratios of pairs, and how far they scatter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The median.
    pub median: f64,
    /// Lower and upper quartile.
    pub quartiles: (f64, f64),
    /// The least and the most.
    pub range: (f64, f64),
}

impl Ratio {
    /// Of pairs (mine, other) of times: over 1 where mine is the faster. `None` without a pair.
    pub fn of(pairs: impl Iterator<Item = (f64, f64)>) -> Option<Self> {
        let mut ratios: Vec<f64> = pairs.map(|(mine, other)| other / mine).collect();
        ratios.sort_by(f64::total_cmp);
        let at = |quarter: usize| ratios.get((ratios.len() - 1) * quarter / 4).copied();
        if ratios.is_empty() {
            return None;
        }
        Some(Ratio {
            median: at(2)?,
            quartiles: (at(1)?, at(3)?),
            range: (at(0)?, at(4)?),
        })
    }

    /// Half the distance of the quartiles, as a part of the median.
    pub fn noise(&self) -> f64 {
        (self.quartiles.1 - self.quartiles.0) / 2.0 / self.median
    }

    /// Whether the bound lies clearly on one side: outside the quartiles.
    pub fn is_clear_of(&self, bound: f64) -> bool {
        bound < self.quartiles.0 || bound > self.quartiles.1
    }

    /// Whether every pair lies far on one side of the bound.
    fn is_far_from(&self, bound: f64) -> bool {
        self.range.0 >= bound * FAR || self.range.1 <= bound / FAR
    }
}

/// Judges a ratio. `None` while it is not clear on which side of the bound it lies, and there may be more rounds: a few
/// pairs have to lie far beyond it, more of them have it outside of their quartiles.
pub fn judge(spec: &RatioSpec, pairs: &[(f64, f64)]) -> Option<CheckResult> {
    let ratio = Ratio::of(pairs.iter().copied())?;
    let [_, second, last] = LOOKS;
    let is_clear = if pairs.len() < second {
        ratio.is_far_from(spec.at_least)
    } else {
        ratio.is_clear_of(spec.at_least)
    };
    if !is_clear && pairs.len() < last {
        return None;
    }
    let state = if ratio.median >= spec.at_least {
        CheckState::Passed
    } else {
        CheckState::Failed {
            failure: Failure::TooSlow,
        }
    };
    Some(CheckResult {
        id: spec.id(),
        shows: spec.shows.clone(),
        state,
        took: Duration::ZERO,
        figure: Some(reading(spec, Some(ratio))),
    })
}

/// The figure of a ratio for showing.
pub fn reading(spec: &RatioSpec, ratio: Option<Ratio>) -> FigureReading {
    FigureReading {
        unit: "× the starter's speed".to_owned(),
        mine: ratio.map(|ratio| ratio.median),
        at_most: None,
        at_least: Some(spec.at_least),
        starter: Some(1.0),
        reference: None,
        noise: ratio.map(|ratio| ratio.noise()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> RatioSpec {
        RatioSpec {
            target: "speed".to_owned(),
            name: "sum".to_owned(),
            at_least: 1.5,
            shows: String::new(),
        }
    }

    fn state(pairs: &[(f64, f64)]) -> Option<CheckState> {
        judge(&spec(), pairs).map(|result| result.state)
    }

    #[test]
    fn a_clear_series_is_judged_at_once_and_an_unclear_one_at_the_end() {
        let failed = CheckState::Failed {
            failure: Failure::TooSlow,
        };
        assert_eq!(state(&[(1.0, 2.0); 9]), Some(CheckState::Passed));
        assert_eq!(state(&[(1.0, 2.3); 3]), Some(CheckState::Passed));
        assert_eq!(state(&[(1.0, 0.9); 3]), Some(failed.clone()));
        // Clear, but not far enough for so few; and one that is near is enough to go on.
        assert_eq!(state(&[(1.0, 2.0); 3]), None);
        assert_eq!(state(&[(1.0, 1.1); 3]), None);
        assert_eq!(state(&[(1.0, 3.0), (1.0, 2.0), (1.0, 3.0)]), None);
        assert_eq!(state(&[(1.0, 1.0); 9]), Some(failed.clone()));
        let unclear: Vec<(f64, f64)> = (0..9).map(|i| (1.0, 1.3 + 0.05 * f64::from(i))).collect();
        assert_eq!(state(&unclear), None);
        let long: Vec<(f64, f64)> = (0..31).map(|i| (1.0, 1.0 + 0.03 * f64::from(i))).collect();
        assert_eq!(state(&long), Some(failed));
    }

    #[test]
    fn the_rounds_end() {
        let mut pairs = 0;
        let mut looks = Vec::new();
        while rounds_after(pairs) > 0 {
            pairs += rounds_after(pairs);
            looks.push(pairs);
        }
        assert_eq!(looks, LOOKS);
    }

    #[test]
    fn one_bad_pair_changes_nothing() {
        let mut pairs = [(1.0, 2.0); 9];
        pairs[4] = (50.0, 2.0);
        assert_eq!(state(&pairs), Some(CheckState::Passed));
        let ratio = Ratio::of(pairs.into_iter()).expect("there are pairs");
        assert!(ratio.noise() < 0.01, "{ratio:?}");
    }
}
