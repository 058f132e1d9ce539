//! Takes the money for an order.

use std::fmt;

use tracing::{error, info, instrument, warn};

/// How often a payment is tried while the gateway can't be reached.
pub const ATTEMPTS: u32 = 3;

/// The number on a card. Nobody but the gateway may see more of it than the last four digits.
///
/// Its `Debug` keeps to that, so that whatever derives `Debug` around it does so too.
#[derive(Clone, PartialEq, Eq)]
pub struct CardNumber(String);

impl CardNumber {
    /// A number of digits, without blanks.
    #[must_use]
    pub fn new(digits: &str) -> Self {
        Self(digits.to_owned())
    }

    /// The whole number, for the gateway.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By characters: a number that a customer has typed may hold anything.
        let hidden = self.0.chars().count().saturating_sub(4);
        let last: String = self.0.chars().skip(hidden).collect();
        write!(f, "CardNumber(…{last})")
    }
}

/// What is to be paid, and by whom.
#[derive(Clone)]
pub struct Order {
    /// Ours.
    pub id: u64,
    /// The customer's address.
    pub email: String,
    /// The customer's card.
    pub card: CardNumber,
    /// In cents.
    pub amount_cents: u64,
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "order {} ({:?})", self.id, self.card)
    }
}

/// What the bank says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The money is on its way.
    Approved,
    /// The bank does not pay, and has a word for the reason, such as `expired_card`.
    Declined(String),
}

/// There is no answer of the bank.
#[derive(Clone, PartialEq, Eq)]
pub struct GatewayError {
    /// The status of the HTTP answer.
    pub status: u16,
    /// Its body. Gateways like to quote there what they were sent.
    pub body: String,
}

impl fmt::Debug for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Text of others: no pattern finds every secret in it, so its length is all that is told.
        f.debug_struct("GatewayError")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the gateway answered {}", self.status)
    }
}

impl std::error::Error for GatewayError {}

/// The way to the bank. It logs by `tracing`, too.
pub trait Gateway {
    /// Asks the bank for the money once.
    ///
    /// # Errors
    ///
    /// There is no answer of the bank.
    fn charge(
        &self,
        token: &str,
        card: &CardNumber,
        amount_cents: u64,
    ) -> Result<Answer, GatewayError>;
}

/// What has become of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The bank pays.
    Paid,
    /// The bank does not.
    Declined,
    /// Nobody knows: no attempt was answered.
    Unavailable,
}

/// Something that only the one who calls `0` gets to see.
struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// The checkout of the shop.
#[derive(Debug)]
pub struct Checkout<G> {
    gateway: G,
    token: Secret,
}

impl<G: Gateway> Checkout<G> {
    /// A checkout that shows its token to the gateway with each call.
    #[must_use]
    pub fn new(gateway: G, token: &str) -> Self {
        Self {
            gateway,
            token: Secret(token.to_owned()),
        }
    }

    /// Takes the money for an order, in at most [`ATTEMPTS`] attempts.
    // Without `skip_all` every argument would be recorded by its `Debug`.
    #[instrument(skip_all, fields(order_id = order.id))]
    pub fn pay(&self, order: &Order) -> Outcome {
        let (outcome, attempt, code) = self.try_often(order);
        let word = match outcome {
            Outcome::Paid => "paid",
            Outcome::Declined => "declined",
            Outcome::Unavailable => "unavailable",
        };
        let amount_cents = order.amount_cents;
        match outcome {
            Outcome::Paid | Outcome::Declined => {
                info!(
                    amount_cents,
                    outcome = word,
                    attempt,
                    code,
                    "payment finished"
                );
            }
            Outcome::Unavailable => {
                error!(amount_cents, outcome = word, attempt, "payment finished");
            }
        }
        outcome
    }

    /// The outcome, the number of the last attempt, and the bank's word if it has declined.
    fn try_often(&self, order: &Order) -> (Outcome, u32, Option<String>) {
        for attempt in 1..=ATTEMPTS {
            let Secret(token) = &self.token;
            match self.gateway.charge(token, &order.card, order.amount_cents) {
                Ok(Answer::Approved) => return (Outcome::Paid, attempt, None),
                Ok(Answer::Declined(code)) => return (Outcome::Declined, attempt, Some(code)),
                Err(error) => warn!(attempt, status = error.status, "attempt failed"),
            }
        }
        (Outcome::Unavailable, ATTEMPTS, None)
    }
}
