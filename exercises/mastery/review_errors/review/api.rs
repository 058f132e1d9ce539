//! `POST /payouts`: a merchant's program asks for its money.

use serde::Deserialize;
use serde_json::json;
use tracing::error;

use crate::payouts::Payouts;
use crate::ports::{PayoutError, Request, Response};

#[derive(Debug, Deserialize)]
struct NewPayout {
    merchant: String,
    /// Digits: some of the merchants' languages lose precision in large numbers.
    cents: String,
}

/// Makes a payout and tells how it went.
pub fn create(payouts: &Payouts, request: &Request) -> Response {
    let id = request_id(request);
    let made = read(request).and_then(|(merchant, cents)| payouts.pay(&merchant, cents));
    match made {
        Ok(receipt) => answer(201, &json!({ "request": id, "transfer": receipt.transfer })),
        Err(error) => {
            error!(id, cause = %causes(&error), "no payout: {error}");
            refusal(id, &error)
        }
    }
}

/// What the caller calls this request, to find it in our logs.
fn request_id(request: &Request) -> &str {
    match request.headers.get("x-request-id") {
        Some(value) => std::str::from_utf8(value).unwrap(),
        None => "none",
    }
}

fn read(request: &Request) -> Result<(String, u64), PayoutError> {
    let new: NewPayout = serde_json::from_slice(&request.body)
        .map_err(|error| PayoutError::BadRequest(format!("the body is no payout: {error}")))?;
    let digits = new.cents.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !(1..=12).contains(&new.cents.len()) {
        let why = format!("`cents` has to be 1 to 12 digits, not `{}`", new.cents);
        return Err(PayoutError::BadRequest(why));
    }
    let cents = new.cents.parse().expect("up to 12 digits fit into a u64");
    Ok((new.merchant, cents))
}

fn refusal(id: &str, error: &PayoutError) -> Response {
    let status = match error {
        PayoutError::UnknownMerchant(_) => 404,
        PayoutError::TooMuch => 409,
        _ => 400,
    };
    let body = json!({
        "request": id,
        "error": error.to_string(),
        "detail": format!("{error:?}"),
    });
    answer(status, &body)
}

fn answer(status: u16, body: &serde_json::Value) -> Response {
    Response {
        status,
        body: body.to_string(),
    }
}

/// Every cause below an error, the outermost first.
fn causes(error: &PayoutError) -> String {
    let first = std::error::Error::source(error);
    let texts = std::iter::successors(first, |cause| cause.source()).map(ToString::to_string);
    texts.collect::<Vec<_>>().join(": ")
}
