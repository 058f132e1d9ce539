//! Works out what a parcel costs.
//!
//! There is one way to do that, so there is no trait: what differs from quoter to quoter is the tariff,
//! and the tariff is data. Whoever wants other prices, in a test too, hands over another tariff.

use crate::{Parcel, Quote, Tariff};

/// Customers may pay in cash, and this is the smallest coin, in cents.
const SMALLEST_COIN: u64 = 5;

/// Quotes by one tariff.
#[derive(Debug, Clone)]
pub struct Quoter {
    tariff: Tariff,
}

/// A quoter for this tariff.
pub fn quoter(tariff: Tariff) -> Quoter {
    Quoter { tariff }
}

impl Quoter {
    /// What sending this parcel costs. A kilogram that is begun counts, and so does the first even where
    /// nothing is weighed. Only the total is rounded, and always up.
    pub fn quote(&self, parcel: &Parcel) -> Quote {
        let rate = self.tariff.rate(parcel.zone);
        let kilos = parcel.grams.div_ceil(1000).max(1);
        let freight = rate.first_kilo + rate.further_kilo * (kilos - 1);
        let fuel = freight * self.tariff.fuel_percent / 100;
        Quote {
            freight,
            fuel,
            total: (freight + fuel).next_multiple_of(SMALLEST_COIN),
        }
    }
}
