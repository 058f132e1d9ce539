//! Decides whether a change made the program slower.

/// How long the same benchmark took with the old code and with the new, measured one right after the other. Any unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The old code.
    pub before: f64,
    /// The new code.
    pub after: f64,
}

impl Pair {
    /// Whether both were measured: a timer that failed reads zero, or no number.
    pub fn is_measured(&self) -> bool {
        [self.before, self.after]
            .iter()
            .all(|time| time.is_finite() && *time > 0.0)
    }
}

/// What the gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The new code is slower. The change is stopped, and somebody looks at it.
    Slower,
    /// Nothing that would be told from noise. The change may go on.
    Noise,
    /// Too little was measured to say anything.
    TooFew,
}

/// As many pairs are needed for a verdict.
pub const ENOUGH: usize = 21;

/// From here on it is slower. In the middle, by factors, between 1 and the 1.1 that must be found: either mistake then
/// needs the median to be off by about 5 %.
const SLOWER: f64 = 1.05;

/// The verdict on a series of pairs.
pub fn judge(pairs: &[Pair]) -> Verdict {
    let measured = pairs.iter().filter(|pair| pair.is_measured());
    // Within a pair first: what the machine did to both cancels out, and a drift over the series does not matter.
    let mut ratios: Vec<f64> = measured.map(|pair| pair.after / pair.before).collect();
    if ratios.len() < ENOUGH {
        return Verdict::TooFew;
    }
    // Then the middle one: how wild the wildest are makes no difference to it, on either side.
    ratios.sort_by(f64::total_cmp);
    if ratios[ratios.len() / 2] > SLOWER {
        Verdict::Slower
    } else {
        Verdict::Noise
    }
}
