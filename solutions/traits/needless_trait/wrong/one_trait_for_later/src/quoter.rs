//! Works out what a parcel costs.

use crate::{Parcel, Quote, Rate, Tariff, Zone};

/// Where rates come from. For now from a tariff; one day perhaps from a database.
trait RateSource {
    /// The rate for this zone.
    fn rate(&self, zone: Zone) -> Rate;

    /// The surcharge for fuel, in per cent.
    fn fuel_percent(&self) -> u64;
}

#[derive(Debug, Clone)]
struct TariffRates {
    tariff: Tariff,
}

impl RateSource for TariffRates {
    fn rate(&self, zone: Zone) -> Rate {
        self.tariff.rate(zone)
    }

    fn fuel_percent(&self) -> u64 {
        // The contract with the carrier: never more than 25 per cent, whatever the tariff says.
        self.tariff.fuel_percent.min(25)
    }
}

/// Quotes by one tariff.
#[derive(Debug, Clone)]
pub struct Quoter {
    rates: TariffRates,
}

/// A quoter for this tariff.
pub fn quoter(tariff: Tariff) -> Quoter {
    Quoter {
        rates: TariffRates { tariff },
    }
}

impl Quoter {
    /// What sending this parcel costs.
    pub fn quote(&self, parcel: &Parcel) -> Quote {
        let rate = self.rates.rate(parcel.zone);
        let kilos = parcel.grams.div_ceil(1000).max(1);
        let freight = rate.first_kilo + rate.further_kilo * (kilos - 1);
        let fuel = freight * self.rates.fuel_percent() / 100;
        Quote {
            freight,
            fuel,
            total: (freight + fuel).next_multiple_of(5),
        }
    }
}
