//! The vendors of rates, in the words of the domain. What is odd about a vendor stays in its adapter.

use crate::domain::{Prices, Rate, RateError, Rates};
use crate::fxwire::{Client, LatestParams};
use crate::kurs24::Kurs24;

impl Rates for Client {
    fn rate(&self, currency: &str) -> Result<Rate, RateError> {
        let params = LatestParams {
            base: "EUR".to_owned(),
            symbols: vec![currency.to_owned()],
            amount: None,
        };
        // Whatever the status: the request is always the same, so it can't be the currency's fault.
        let response = self.latest(&params).map_err(|_| RateError::Unavailable)?;
        let rate = *response.rates.get(currency).ok_or(RateError::Unknown)?;
        to_rate(rate)
    }
}

impl Rates for Kurs24 {
    fn rate(&self, currency: &str) -> Result<Rate, RateError> {
        match self.pair(&format!("EUR/{currency}")) {
            Ok(text) => to_rate(text.parse().unwrap_or(f64::NAN)),
            Err(word) if word == "E_PAIR" => Err(RateError::Unknown),
            Err(_) => Err(RateError::Unavailable),
        }
    }
}

fn to_rate(rate: f64) -> Result<Rate, RateError> {
    if !rate.is_finite() || rate <= 0.0 {
        return Err(RateError::Unavailable);
    }
    Rate::from_millionths((rate * 1e6).round() as u64).ok_or(RateError::Unavailable)
}

/// Prices by the first vendor.
pub fn prices_by_fxwire(client: Client) -> Prices {
    Prices::new(client)
}

/// Prices by the other vendor.
pub fn prices_by_kurs24(client: Kurs24) -> Prices {
    Prices::new(client)
}
