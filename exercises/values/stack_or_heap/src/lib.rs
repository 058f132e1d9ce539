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

/// Applies the rules to a payment, and answers the first one that it breaks. `history` has the card's
/// earlier payments, the oldest first.
pub fn review(payment: &Payment, history: &[Payment], limits: &Limits) -> Verdict {
    let window = history[history.len().saturating_sub(WINDOW)..].to_vec();
    for (name, is_broken) in rules(window, *limits) {
        if is_broken(payment) {
            return Verdict::Refused(name);
        }
    }
    Verdict::Accepted
}

type Rule = Box<dyn Fn(&Payment) -> bool>;

fn rules(window: Vec<Payment>, limits: Limits) -> Vec<(&'static str, Rule)> {
    let usual = median(&window);
    vec![
        (
            "amount",
            Box::new(move |payment| payment.cents > limits.cents),
        ),
        (
            "unusual",
            Box::new(move |payment| {
                usual.is_some_and(|usual| payment.cents > usual.saturating_mul(limits.times_usual))
            }),
        ),
        (
            "often",
            Box::new(move |payment| {
                let recent: Vec<&Payment> = window
                    .iter()
                    .filter(|earlier| earlier.minute + 60 > payment.minute)
                    .collect();
                recent.len() >= limits.per_hour
            }),
        ),
    ]
}

/// The amount in the middle, the larger one of two. `None` for fewer than five payments.
fn median(window: &[Payment]) -> Option<u64> {
    let mut amounts: Vec<u64> = window.iter().map(|payment| payment.cents).collect();
    amounts.sort();
    (amounts.len() >= 5).then(|| amounts[amounts.len() / 2])
}
