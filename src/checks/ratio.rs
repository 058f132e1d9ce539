//! Speed, only ever as a ratio: how many times as fast as the starter, from pairs measured in turn.

use std::time::Duration;

use crate::course::RatioSpec;
use crate::engine::{CheckResult, CheckState, Failure, FigureReading};

/// Rounds before the noise is looked at, and the most there are.
pub const ROUNDS: (usize, usize) = (9, 31);

/// The middle of the ratios of pairs, and how far they scatter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The median.
    pub median: f64,
    /// Lower and upper quartile.
    pub quartiles: (f64, f64),
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
}

/// Judges a ratio. While the bound lies among the quartiles and there may be more rounds, `None`.
pub fn judge(spec: &RatioSpec, pairs: &[(f64, f64)]) -> Option<CheckResult> {
    let ratio = Ratio::of(pairs.iter().copied())?;
    let is_last = pairs.len() >= ROUNDS.1;
    if !ratio.is_clear_of(spec.at_least) && !is_last {
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
        assert_eq!(state(&[(1.0, 1.0); 9]), Some(failed.clone()));
        let unclear: Vec<(f64, f64)> = (0..9).map(|i| (1.0, 1.3 + 0.05 * f64::from(i))).collect();
        assert_eq!(state(&unclear), None);
        let long: Vec<(f64, f64)> = (0..31).map(|i| (1.0, 1.0 + 0.03 * f64::from(i))).collect();
        assert_eq!(state(&long), Some(failed));
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
