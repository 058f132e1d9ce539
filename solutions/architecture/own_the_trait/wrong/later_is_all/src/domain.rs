//! What a price in euros is in another currency.
//!
//! Nothing of a vendor is named here: no client, no status, no floating point. Vendors name what is here.

use std::collections::HashMap;

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

/// What one euro is in another currency: never nothing, and exact, as money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    millionths: u64,
}

impl Rate {
    /// The range is that of currencies in use, with room on both sides, so a slip of a vendor's does not
    /// become a price.
    const MILLIONTHS: std::ops::RangeInclusive<u64> = 1..=10_000_000_000_000;

    /// `None` for what can't be a rate.
    pub fn from_millionths(millionths: u64) -> Option<Self> {
        Self::MILLIONTHS
            .contains(&millionths)
            .then_some(Rate { millionths })
    }

    fn of(self, cents: u64) -> u64 {
        let millionths = u128::from(cents) * u128::from(self.millionths);
        u64::try_from((millionths + 500_000) / 1_000_000).unwrap_or(u64::MAX)
    }
}

/// Where rates come from: one question, and the two ways to have no answer that make a difference here.
pub trait Rates {
    /// What one euro is in `currency`.
    fn rate(&self, currency: &str) -> Result<Rate, RateError>;
}

/// Why there is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateError {
    /// There is no such currency, today or tomorrow.
    Unknown,
    /// Perhaps later.
    Unavailable,
}

/// Prices for customers.
pub struct Prices {
    rates: Box<dyn Rates>,
    last: HashMap<String, Rate>,
}

impl Prices {
    pub fn new(rates: impl Rates + 'static) -> Self {
        Prices {
            rates: Box::new(rates),
            last: HashMap::new(),
        }
    }

    /// A price in euro cents, in hundredths of another currency, rounded to the nearest one.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn price(&mut self, euro_cents: u64, currency: &str) -> Result<Price, PriceError> {
        let (rate, stale) = match self.rates.rate(currency) {
            Ok(rate) => (rate, false),
            Err(RateError::Unknown) => return Err(PriceError::UnknownCurrency),
            Err(RateError::Unavailable) => {
                let last = self.last.get(currency).copied();
                (last.ok_or(PriceError::NoRate)?, true)
            }
        };
        self.last.insert(currency.to_owned(), rate);
        Ok(Price {
            cents: rate.of(euro_cents),
            stale,
        })
    }
}
