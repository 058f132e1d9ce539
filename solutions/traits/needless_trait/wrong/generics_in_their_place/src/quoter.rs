//! Works out what a parcel costs.

use crate::{Parcel, Quote, Rate, Tariff, Zone};

/// Quotes by rates from `R`, rounded by `S`.
#[derive(Debug, Clone)]
pub struct Quoter<R = TariffRateSource, S = CashRoundingStrategy> {
    rate_source: R,
    rounding_strategy: S,
}

/// A quoter for this tariff.
pub fn quoter(tariff: Tariff) -> Quoter {
    Quoter {
        rate_source: TariffRateSource { tariff },
        rounding_strategy: CashRoundingStrategy,
    }
}

impl<R: RateSource, S: RoundingStrategy> Quoter<R, S> {
    /// What sending this parcel costs.
    pub fn quote(&self, parcel: &Parcel) -> Quote {
        let kilos = self.rate_source.chargeable_kilos(parcel.grams);
        let rate = self.rate_source.rate(parcel.zone);
        let freight = rate.first_kilo + rate.further_kilo * (kilos - 1);
        let fuel = freight * self.rate_source.fuel_percent() / 100;
        let total = self.rounding_strategy.round(freight + fuel);
        Quote {
            freight,
            fuel,
            total,
        }
    }
}

/// The abstraction of where rates come from.
pub trait RateSource {
    /// The rate for this zone.
    fn rate(&self, zone: Zone) -> Rate;

    /// The surcharge for fuel, in per cent.
    fn fuel_percent(&self) -> u64;

    /// How many kilograms are charged for this weight.
    fn chargeable_kilos(&self, grams: u64) -> u64 {
        grams.div_ceil(1000).max(1)
    }
}

/// The implementation of a rate source by a tariff.
#[derive(Debug, Clone)]
pub struct TariffRateSource {
    tariff: Tariff,
}

impl RateSource for TariffRateSource {
    fn rate(&self, zone: Zone) -> Rate {
        self.tariff.rate(zone)
    }

    fn fuel_percent(&self) -> u64 {
        // The contract with the carrier: never more than 25 per cent, whatever the tariff says.
        self.tariff.fuel_percent.min(25)
    }
}

/// The abstraction of how sums are rounded.
pub trait RoundingStrategy {
    /// The sum that is charged.
    fn round(&self, cents: u64) -> u64;
}

/// The implementation of a rounding strategy for sums that can be paid in cash.
#[derive(Debug, Clone)]
pub struct CashRoundingStrategy;

impl RoundingStrategy for CashRoundingStrategy {
    fn round(&self, cents: u64) -> u64 {
        cents.div_ceil(5) * 5
    }
}
