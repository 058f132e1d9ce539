//! Works out what a parcel costs.

use crate::{Parcel, Quote, Tariff};

/// Quotes by one tariff.
#[derive(Debug, Clone)]
pub struct Quoter {
    tariff: Tariff,
    rounding: CashRounding,
}

/// A quoter for this tariff.
pub fn quoter(mut tariff: Tariff) -> Quoter {
    // The contract with the carrier: never more than 25 per cent, whatever the tariff says.
    tariff.fuel_percent = tariff.fuel_percent.min(25);
    Quoter {
        tariff,
        rounding: CashRounding,
    }
}

impl Quoter {
    /// What sending this parcel costs.
    pub fn quote(&self, parcel: &Parcel) -> Quote {
        let rate = self.tariff.rate(parcel.zone);
        let kilos = self.chargeable_kilos(parcel.grams);
        let freight = rate.first_kilo + rate.further_kilo * (kilos - 1);
        let fuel = freight * self.tariff.fuel_percent / 100;
        Quote {
            freight,
            fuel,
            total: self.rounding.round(freight + fuel),
        }
    }

    fn chargeable_kilos(&self, grams: u64) -> u64 {
        grams.div_ceil(1000).max(1)
    }
}

/// Rounds sums up to what can be paid in cash.
#[derive(Debug, Clone)]
struct CashRounding;

impl CashRounding {
    fn round(&self, cents: u64) -> u64 {
        cents.div_ceil(5) * 5
    }
}
