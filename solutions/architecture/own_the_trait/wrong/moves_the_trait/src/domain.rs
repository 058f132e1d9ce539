//! What a price in euros is in another currency.

use std::collections::HashMap;

use crate::fxwire::{FxError, LatestParams, LatestResponse};

/// A price in the customer's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    pub cents: u64,
    /// The rate is the last one that we had, as there is none now.
    pub stale: bool,
}

/// Why there is no price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PriceError {
    /// Nobody trades this currency.
    UnknownCurrency,
    /// There is no rate now, and there was none before.
    NoRate,
}

/// The client's interface, so that it can be mocked.
pub trait FxApi {
    fn latest(&self, params: &LatestParams) -> Result<LatestResponse, FxError>;
}

/// Prices for customers.
pub struct Prices {
    api: Box<dyn FxApi>,
    last: HashMap<String, f64>,
}

impl Prices {
    pub fn new(api: impl FxApi + 'static) -> Self {
        Prices {
            api: Box::new(api),
            last: HashMap::new(),
        }
    }

    /// A price in euro cents, in hundredths of another currency, rounded to the nearest one.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn price(&mut self, euro_cents: u64, currency: &str) -> Result<Price, PriceError> {
        let params = LatestParams {
            base: "EUR".to_owned(),
            symbols: vec![currency.to_owned()],
            amount: None,
        };
        let (rate, stale) = match self.api.latest(&params) {
            Ok(response) => {
                let rate = response.rates.get(currency);
                (*rate.ok_or(PriceError::UnknownCurrency)?, false)
            }
            Err(FxError::Http(429 | 500..)) => {
                let last = self.last.get(currency);
                (*last.ok_or(PriceError::NoRate)?, true)
            }
            Err(_) => return Err(PriceError::NoRate),
        };
        self.last.insert(currency.to_owned(), rate);
        Ok(Price {
            cents: (euro_cents as f64 * rate).round() as u64,
            stale,
        })
    }
}
