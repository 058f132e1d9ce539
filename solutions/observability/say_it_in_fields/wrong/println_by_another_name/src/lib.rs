//! Takes the money for an order.

use std::fmt;

use tracing::{error, info, info_span, warn};

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
        // Taken apart, so that a new field does not compile until somebody has decided about it.
        let Self {
            id,
            email: _,
            card,
            amount_cents,
        } = self;
        f.debug_struct("Order")
            .field("id", id)
            .field("card", card)
            .field("amount_cents", amount_cents)
            .finish_non_exhaustive()
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

/// The checkout of the shop.
pub struct Checkout<G> {
    gateway: G,
    token: String,
}

impl<G: fmt::Debug> fmt::Debug for Checkout<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkout")
            .field("gateway", &self.gateway)
            .finish_non_exhaustive()
    }
}

impl<G: Gateway> Checkout<G> {
    /// A checkout that shows its token to the gateway with each call.
    #[must_use]
    pub fn new(gateway: G, token: &str) -> Self {
        Self {
            gateway,
            token: token.to_owned(),
        }
    }

    /// Takes the money for an order, in at most [`ATTEMPTS`] attempts.
    pub fn pay(&self, order: &Order) -> Outcome {
        // The span has what is true of the whole payment, so that the gateway's events have it too,
        // which know nothing of orders. `info_span` and a guard will do in code that does not await.
        let _span = info_span!(
            "pay",
            order_id = order.id,
            amount_cents = order.amount_cents
        )
        .entered();
        for attempt in 1..=ATTEMPTS {
            match self
                .gateway
                .charge(&self.token, &order.card, order.amount_cents)
            {
                Ok(Answer::Approved) => {
                    info!("order {} paid after {attempt} attempts", order.id);
                    return Outcome::Paid;
                }
                // No warning: cards are declined all day, and nobody of us can do anything about it.
                Ok(Answer::Declined(code)) => {
                    info!("order {} declined: {code}", order.id);
                    return Outcome::Declined;
                }
                // The status and not `%error`: an error's text is for people, and a number can be counted.
                Err(error) => warn!(
                    "attempt {attempt} of order {} failed with {}",
                    order.id, error.status
                ),
            }
        }
        error!("giving up on order {} after {ATTEMPTS} attempts", order.id);
        Outcome::Unavailable
    }
}
