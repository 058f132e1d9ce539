//! Takes the money for an order.

use std::fmt;

/// How often a payment is tried while the gateway can't be reached.
pub const ATTEMPTS: u32 = 3;

/// The number on a card. Nobody but the gateway may see more of it than the last four digits.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// What is to be paid, and by whom.
#[derive(Debug, Clone)]
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

/// What the bank says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The money is on its way.
    Approved,
    /// The bank does not pay, and has a word for the reason, such as `expired_card`.
    Declined(String),
}

/// There is no answer of the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayError {
    /// The status of the HTTP answer.
    pub status: u16,
    /// Its body. Gateways like to quote there what they were sent.
    pub body: String,
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the gateway answered {}: {}", self.status, self.body)
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
#[derive(Debug)]
pub struct Checkout<G> {
    gateway: G,
    token: String,
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
        println!("paying {order:?} with token {}", self.token);
        for attempt in 1..=ATTEMPTS {
            match self
                .gateway
                .charge(&self.token, &order.card, order.amount_cents)
            {
                Ok(Answer::Approved) => {
                    println!("order {} paid after {attempt} attempts", order.id);
                    return Outcome::Paid;
                }
                Ok(Answer::Declined(code)) => {
                    eprintln!("ERROR: order {} declined: {code}", order.id);
                    return Outcome::Declined;
                }
                Err(error) => eprintln!("ERROR: attempt {attempt} of order {}: {error}", order.id),
            }
        }
        eprintln!("ERROR: giving up on order {}", order.id);
        Outcome::Unavailable
    }
}
