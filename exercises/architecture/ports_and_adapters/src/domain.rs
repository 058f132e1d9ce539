//! What holds for gift cards.

use crate::db::DbError;
use crate::http::Response;

/// A day, counted from some day in the past.
pub type Day = u32;

/// Why a card was not redeemed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedeemError {
    /// No card has this number.
    NoSuchCard,
    /// Nothing at all was asked for.
    Nothing,
    /// The card was good until a day before today.
    Expired,
    /// More than is on it.
    TooMuch { balance_cents: u64 },
    /// The database says so.
    Db(DbError),
}

impl RedeemError {
    /// What the customer is told.
    pub fn response(&self) -> Response {
        let (status, body) = match self {
            RedeemError::NoSuchCard => (404, "there is no such card".to_owned()),
            RedeemError::Nothing => (400, "an amount in cents was expected".to_owned()),
            RedeemError::Expired => (410, "the card has expired".to_owned()),
            RedeemError::TooMuch { balance_cents } => {
                (409, format!("there are {balance_cents} cents on the card"))
            }
            RedeemError::Db(DbError(text)) => (503, format!("try again later ({text})")),
        };
        Response { status, body }
    }
}
