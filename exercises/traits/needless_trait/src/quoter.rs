//! Works out what a parcel costs.

use crate::{Parcel, Quote, Rate, Tariff, Zone};

/// The abstraction of a quoter.
pub trait Quoter {
    /// What sending this parcel costs.
    fn quote(&self, parcel: &Parcel) -> Quote;
}

/// A quoter for this tariff.
pub fn quoter(tariff: Tariff) -> Box<dyn Quoter> {
    let factory = QuoterFactory::new();
    factory.create_quoter(tariff)
}

/// Creates quoters and what they depend on.
struct QuoterFactory {}

impl QuoterFactory {
    fn new() -> Self {
        Self {}
    }

    fn create_quoter(&self, tariff: Tariff) -> Box<dyn Quoter> {
        let rate_source = self.create_rate_source(tariff);
        let rounding_strategy = self.create_rounding_strategy();
        Box::new(StandardQuoter::new(rate_source, rounding_strategy))
    }

    fn create_rate_source(&self, tariff: Tariff) -> Box<dyn RateSource> {
        // The contract with the carrier: never more than 25 per cent, whatever the tariff says.
        let fuel_percent = tariff.fuel_percent.min(25);
        Box::new(TariffRateSource::new(Tariff {
            fuel_percent,
            ..tariff
        }))
    }

    fn create_rounding_strategy(&self) -> Box<dyn RoundingStrategy> {
        Box::new(CashRoundingStrategy::new())
    }
}

/// The standard implementation of a quoter.
struct StandardQuoter {
    rate_source: Box<dyn RateSource>,
    rounding_strategy: Box<dyn RoundingStrategy>,
}

impl StandardQuoter {
    fn new(rate_source: Box<dyn RateSource>, rounding_strategy: Box<dyn RoundingStrategy>) -> Self {
        Self {
            rate_source,
            rounding_strategy,
        }
    }
}

impl Quoter for StandardQuoter {
    fn quote(&self, parcel: &Parcel) -> Quote {
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
trait RateSource {
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
struct TariffRateSource {
    tariff: Tariff,
}

impl TariffRateSource {
    fn new(tariff: Tariff) -> Self {
        Self { tariff }
    }
}

impl RateSource for TariffRateSource {
    fn rate(&self, zone: Zone) -> Rate {
        self.tariff.rate(zone)
    }

    fn fuel_percent(&self) -> u64 {
        self.tariff.fuel_percent
    }
}

/// The abstraction of how sums are rounded.
trait RoundingStrategy {
    /// The smallest coin, in cents.
    fn smallest_coin(&self) -> u64 {
        1
    }

    /// The sum that is charged: the nearest that can be paid in coins.
    fn round(&self, cents: u64) -> u64 {
        let coin = self.smallest_coin();
        (cents + coin / 2) / coin * coin
    }
}

/// The implementation of a rounding strategy for sums that can be paid in cash.
struct CashRoundingStrategy {}

impl CashRoundingStrategy {
    fn new() -> Self {
        Self {}
    }
}

impl RoundingStrategy for CashRoundingStrategy {
    fn smallest_coin(&self) -> u64 {
        5
    }

    fn round(&self, cents: u64) -> u64 {
        cents.div_ceil(self.smallest_coin()) * self.smallest_coin()
    }
}
