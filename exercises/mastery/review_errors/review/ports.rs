//! What the payout service stands on. Not part of the change; read it for what it promises.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;

/// Whatever a dependency says is wrong with it. The text is for us: it names hosts and tables.
pub type Cause = Box<dyn Error + Send + Sync>;

/// A request, as the company's server hands it over. Any client can send any bytes. A panic ends the
/// connection without an answer.
#[derive(Debug, Default)]
pub struct Request {
    pub headers: HashMap<String, Vec<u8>>,
    pub body: Vec<u8>,
}

/// An answer. On 4xx a merchant's program gives up and shows the text, as the request will never do. On
/// 503 it tries again later. On 500 it stops, and a person of ours looks into it.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub body: String,
}

/// A transfer to be made.
#[derive(Debug, Clone)]
pub struct Order {
    pub merchant: String,
    pub account: String,
    pub cents: u64,
}

/// A transfer that was made.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub transfer: String,
}

/// Who gets money, and where.
pub trait Directory: Send + Sync {
    /// The account of a merchant; `None` if there is no such merchant.
    fn account_of(&self, merchant: &str) -> Result<Option<String>, Cause>;
}

/// The record for the regulator. No transfer may be made without an entry; an entry without a transfer
/// does no harm.
pub trait Audit: Send + Sync {
    fn append(&self, order: &Order) -> Result<(), Cause>;
}

/// What the merchants may still be paid.
pub trait Ledger: Send + Sync {
    /// Takes an amount off the balance. It is off until somebody cancels the booking.
    fn book(&self, merchant: &str, cents: u64) -> Result<Booking, BookError>;
    /// Puts the amount back.
    fn cancel(&self, booking: Booking);
}

/// An amount that is off a merchant's balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking(pub u64);

/// Why an amount was not booked.
#[derive(Debug)]
pub enum BookError {
    /// The balance is lower.
    TooMuch,
    /// The ledger does not work.
    Store(Cause),
}

/// The bank. It does not know orders apart: the same order sent twice is two transfers.
pub trait Gateway: Send + Sync {
    fn log_on(&self) -> Result<Token, BankError>;
    fn transfer(&self, token: &Token, order: &Order) -> Result<Receipt, BankError>;
    /// Ends a session now. The bank ends it by itself after a minute.
    fn log_off(&self, token: &Token) -> Result<(), BankError>;
}

/// A session with the bank.
#[derive(Debug)]
pub struct Token(pub u64);

/// Why there is no receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BankError {
    /// Nothing reached the bank.
    Unreachable,
    /// The order was sent, and no answer came. The bank may have made the transfer.
    TimedOut,
    /// The bank does not make this transfer, today or tomorrow.
    Refused(String),
}

impl BankError {
    /// Whether it is certain that no money moved.
    pub fn nothing_moved(&self) -> bool {
        !matches!(self, BankError::TimedOut)
    }
}

/// Mail to merchants. A nightly run sends a receipt for every transfer that has none.
pub trait Mail: Send + Sync {
    fn receipt(&self, merchant: &str, receipt: &Receipt) -> Result<(), Cause>;
}

/// Why a payout was not made. The displayed text is fit for a merchant's eyes; the cause is not.
#[derive(Debug)]
pub enum PayoutError {
    /// The request makes no sense.
    BadRequest(String),
    /// There is no such merchant.
    UnknownMerchant(String),
    /// The balance is lower.
    TooMuch,
    /// Something of ours does not work. There is no cause only where nothing was called.
    Unavailable {
        what: &'static str,
        cause: Option<Cause>,
    },
    /// The bank did not make the transfer, or we don't know.
    Bank(BankError),
}

impl fmt::Display for BankError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BankError::Unreachable => f.write_str("the bank can't be reached"),
            BankError::TimedOut => f.write_str("the bank did not answer"),
            BankError::Refused(why) => write!(f, "the bank refused: {why}"),
        }
    }
}

impl Error for BankError {}

impl fmt::Display for PayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PayoutError::BadRequest(why) => f.write_str(why),
            PayoutError::UnknownMerchant(merchant) => write!(f, "no merchant `{merchant}`"),
            PayoutError::TooMuch => f.write_str("the balance is lower than the amount"),
            PayoutError::Unavailable { what, .. } => write!(f, "{what} is not available"),
            PayoutError::Bank(_) => f.write_str("the transfer failed"),
        }
    }
}

impl Error for PayoutError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            PayoutError::Unavailable { cause, .. } => cause
                .as_deref()
                .map(|cause| cause as &(dyn Error + 'static)),
            PayoutError::Bank(error) => Some(error),
            _ => None,
        }
    }
}

impl From<BankError> for PayoutError {
    fn from(error: BankError) -> Self {
        PayoutError::Bank(error)
    }
}

impl From<BookError> for PayoutError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::TooMuch => PayoutError::TooMuch,
            BookError::Store(cause) => PayoutError::Unavailable {
                what: "the ledger",
                cause: Some(cause),
            },
        }
    }
}
