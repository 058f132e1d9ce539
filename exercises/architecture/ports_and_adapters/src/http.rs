//! Requests and their answers.

use crate::db::Db;
use crate::domain::{Day, RedeemError};

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
    match try_redeem(db, today, request) {
        Ok(left) => Response {
            status: 200,
            body: format!("{left} cents are left"),
        },
        Err(error) => error.response(),
    }
}

fn try_redeem(db: &Db, today: Day, request: &Request) -> Result<u64, RedeemError> {
    let id = request.card.parse().map_err(|_| RedeemError::NoSuchCard)?;
    let cents = request.body.trim().parse().unwrap_or(0);
    if cents == 0 {
        return Err(RedeemError::Nothing);
    }
    let row = db.select("cards", id).map_err(RedeemError::Db)?;
    let row = row.ok_or(RedeemError::NoSuchCard)?;
    let column = |name: &str| row.get(name).and_then(|text| text.parse::<u64>().ok());
    if column("expires_on").unwrap_or_default() < u64::from(today) {
        return Err(RedeemError::Expired);
    }
    let balance_cents = column("balance").unwrap_or_default();
    if cents > balance_cents {
        return Err(RedeemError::TooMuch { balance_cents });
    }
    let left = balance_cents - cents;
    db.update("cards", id, &[], &[("balance", &left.to_string())])
        .map_err(RedeemError::Db)?;
    Ok(left)
}
