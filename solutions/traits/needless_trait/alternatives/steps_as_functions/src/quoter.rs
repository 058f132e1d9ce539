//! Works out what a parcel costs.

use crate::{Parcel, Quote, Rate, Tariff};

/// Quotes by one tariff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quoter(Tariff);

/// A quoter for this tariff.
pub fn quoter(tariff: Tariff) -> Quoter {
    Quoter(tariff)
}

impl Quoter {
    /// What sending this parcel costs.
    pub fn quote(&self, parcel: &Parcel) -> Quote {
        let freight = freight(self.0.rate(parcel.zone), kilos(parcel.grams));
        let fuel = fuel(freight, self.0.fuel_percent);
        Quote {
            freight,
            fuel,
            total: payable_in_cash(freight + fuel),
        }
    }
}

/// A kilogram that is begun counts, and one is the least.
fn kilos(grams: u64) -> u64 {
    grams.div_ceil(1000).max(1)
}

fn freight(rate: Rate, kilos: u64) -> u64 {
    rate.first_kilo + rate.further_kilo * (kilos - 1)
}

/// The contract with the carrier: never more than 25 per cent, whatever the tariff says.
fn fuel(freight: u64, percent: u64) -> u64 {
    freight * percent.min(25) / 100
}

/// Rounded up to what can be paid in coins of five cents.
fn payable_in_cash(cents: u64) -> u64 {
    cents.div_ceil(5) * 5
}
