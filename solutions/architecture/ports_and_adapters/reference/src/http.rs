//! Requests and their answers.

use crate::db::Db;
use crate::domain::{self, Day, RedeemError};
use crate::storage::CardTable;

/// `POST /cards/<card>/redeem`, with the amount in cents as its body.
#[derive(Debug, Clone)]
pub struct Request {
    pub card: String,
    pub body: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub body: String,
}

/// Takes an amount off a gift card.
pub fn redeem(db: &Db, today: Day, request: &Request) -> Response {
    let redeemed =
        read(request).and_then(|(id, cents)| domain::redeem(&CardTable(db), id, cents, today));
    match redeemed {
        Ok(card) => answer(200, format!("{} cents are left", card.balance_cents())),
        Err(error) => refusal(&error),
    }
}

fn read(request: &Request) -> Result<(u64, u64), RedeemError> {
    let id = request.card.parse().map_err(|_| RedeemError::NoSuchCard)?;
    let cents = request
        .body
        .trim()
        .parse()
        .map_err(|_| RedeemError::Nothing)?;
    Ok((id, cents))
}

/// Statuses are a matter of HTTP, so the domain's reasons become statuses here. There is no wildcard: a new
/// reason has to be given one.
fn refusal(error: &RedeemError) -> Response {
    match error {
        RedeemError::NoSuchCard => answer(404, "there is no such card".to_owned()),
        RedeemError::Nothing => answer(400, "an amount in cents was expected".to_owned()),
        RedeemError::Expired => answer(410, "the card has expired".to_owned()),
        RedeemError::TooMuch { balance_cents } => {
            answer(409, format!("there are {balance_cents} cents on the card"))
        }
        RedeemError::Unavailable => answer(503, "try again later".to_owned()),
    }
}

fn answer(status: u16, body: String) -> Response {
    Response { status, body }
}
