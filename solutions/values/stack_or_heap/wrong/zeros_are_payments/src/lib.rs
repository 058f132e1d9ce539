//! Decides within the card terminal's patience whether a payment is accepted.

/// How many payments of a card's history count.
pub const WINDOW: usize = 32;

/// A payment with a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment {
    /// The amount.
    pub cents: u64,
    /// When, in minutes since 1970.
    pub minute: u64,
}

/// What is allowed with a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest amount.
    pub cents: u64,
    /// How many times the usual amount a payment may be.
    pub times_usual: u64,
    /// The most payments within 60 minutes, the new one not counted.
    pub per_hour: usize,
}

/// What becomes of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is accepted.
    Accepted,
    /// It is refused, by the rule of this name.
    Refused(&'static str),
}

/// A rule's name, and whether a payment breaks it.
type Rule<'a> = (&'static str, &'a dyn Fn(&Payment) -> bool);

/// Applies the rules to a payment, and answers the first one that it breaks. `history` has the card's
/// earlier payments, the oldest first.
pub fn review(payment: &Payment, history: &[Payment], limits: &Limits) -> Verdict {
    let window = &history[history.len().saturating_sub(WINDOW)..];
    let usual = median(window);

    let amount = |payment: &Payment| payment.cents > limits.cents;
    let unusual = |payment: &Payment| {
        usual.is_some_and(|usual| payment.cents > usual.saturating_mul(limits.times_usual))
    };
    let often = |payment: &Payment| {
        let recent = window
            .iter()
            .filter(|earlier| earlier.minute + 60 > payment.minute);
        recent.count() >= limits.per_hour
    };
    let rules: [Rule<'_>; 3] = [
        ("amount", &amount),
        ("unusual", &unusual),
        ("often", &often),
    ];

    rules
        .iter()
        .find(|(_, is_broken)| is_broken(payment))
        .map_or(Verdict::Accepted, |(name, _)| Verdict::Refused(name))
}

/// The amount in the middle, the larger one of two. `None` for fewer than five payments.
///
/// `window` has at most [`WINDOW`] payments.
fn median(window: &[Payment]) -> Option<u64> {
    if window.len() < 5 {
        return None;
    }
    let mut scratch = [0; WINDOW];
    let amounts = &mut scratch;
    for (amount, payment) in amounts.iter_mut().zip(window) {
        *amount = payment.cents;
    }
    let (_, middle, _) = amounts.select_nth_unstable(WINDOW / 2);
    Some(*middle)
}
