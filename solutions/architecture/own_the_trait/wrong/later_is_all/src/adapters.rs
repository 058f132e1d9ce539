//! The vendors of rates, in the words of the domain. What is odd about a vendor stays in its adapter.

use crate::domain::{Prices, Rate, RateError, Rates};
use crate::fxwire::{Client, LatestParams};
use crate::kurs24::Kurs24;

/// Ours around theirs: in another crate `impl Rates for Client` would do as well, as the trait is ours.
struct Fxwire(Client);

impl Rates for Fxwire {
    fn rate(&self, currency: &str) -> Result<Rate, RateError> {
        let params = LatestParams {
            base: "EUR".to_owned(),
            symbols: vec![currency.to_owned()],
            amount: None,
        };
        // Whatever the status: the request is always the same, so it can't be the currency's fault.
        let response = self.0.latest(&params).map_err(|_| RateError::Unavailable)?;
        let rate = *response.rates.get(currency).ok_or(RateError::Unknown)?;
        // The cast saturates: NaN and what is negative become 0, infinity the largest; none of them is a rate.
        Rate::from_millionths((rate * 1e6).round() as u64).ok_or(RateError::Unavailable)
    }
}

impl Rates for Kurs24 {
    fn rate(&self, currency: &str) -> Result<Rate, RateError> {
        match self.pair(&format!("EUR/{currency}")) {
            Ok(text) => millionths(&text)
                .and_then(Rate::from_millionths)
                .ok_or(RateError::Unavailable),
            Err(_) => Err(RateError::Unavailable),
        }
    }
}

/// A decimal in millionths, without going through a float.
fn millionths(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 6 {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let fraction: u64 = format!("{fraction:0<6}").parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(fraction)
}

/// Prices by the first vendor.
pub fn prices_by_fxwire(client: Client) -> Prices {
    Prices::new(Fxwire(client))
}

/// Prices by the other vendor.
pub fn prices_by_kurs24(client: Kurs24) -> Prices {
    Prices::new(client)
}
