//! Works out what a parcel costs.

use std::fmt::Debug;

use crate::{Parcel, Quote, Tariff};

/// A quoter.
pub trait Quoter: Debug + Send + Sync {
    /// What sending this parcel costs.
    fn quote(&self, parcel: &Parcel) -> Quote;
}

/// A quoter for this tariff.
pub fn quoter(mut tariff: Tariff) -> Box<dyn Quoter> {
    // The contract with the carrier: never more than 25 per cent, whatever the tariff says.
    tariff.fuel_percent = tariff.fuel_percent.min(25);
    Box::new(TariffQuoter { tariff })
}

#[derive(Debug)]
struct TariffQuoter {
    tariff: Tariff,
}

impl Quoter for TariffQuoter {
    fn quote(&self, parcel: &Parcel) -> Quote {
        let rate = self.tariff.rate(parcel.zone);
        let kilos = parcel.grams.div_ceil(1000).max(1);
        let freight = rate.first_kilo + rate.further_kilo * (kilos - 1);
        let fuel = freight * self.tariff.fuel_percent / 100;
        Quote {
            freight,
            fuel,
            total: (freight + fuel).next_multiple_of(5),
        }
    }
}
