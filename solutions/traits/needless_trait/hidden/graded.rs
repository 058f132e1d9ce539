//! The same promises at values that the visible tests do not name.

use needless_trait::{Parcel, Quote, Rate, Tariff, Zone, quoter};

/// A tariff in which no two figures are alike.
fn tariff(fuel_percent: u64) -> Tariff {
    Tariff {
        domestic: Rate {
            first_kilo: 491,
            further_kilo: 113,
        },
        europe: Rate {
            first_kilo: 1_277,
            further_kilo: 241,
        },
        world: Rate {
            first_kilo: 2_903,
            further_kilo: 877,
        },
        fuel_percent,
    }
}

#[test]
fn quotes_follow_the_tariff_for_every_zone_weight_and_surcharge() {
    for fuel_percent in [0, 7, 19, 25, 31, 100] {
        let tariff = tariff(fuel_percent);
        let quoter = quoter(tariff);
        let capped = if fuel_percent > 25 { 25 } else { fuel_percent };
        for (zone, rate) in [
            (Zone::Domestic, tariff.domestic),
            (Zone::Europe, tariff.europe),
            (Zone::World, tariff.world),
        ] {
            for grams in [0, 1, 999, 1_000, 1_001, 4_999, 5_000, 31_500] {
                // Kilogram by kilogram, as the price list in the shop has it.
                let mut freight = rate.first_kilo;
                let mut paid_for = 1_000;
                while paid_for < grams {
                    freight += rate.further_kilo;
                    paid_for += 1_000;
                }
                let fuel = freight * capped / 100;
                let mut total = freight + fuel;
                while total % 5 != 0 {
                    total += 1;
                }
                assert_eq!(
                    quoter.quote(&Parcel { grams, zone }),
                    Quote {
                        freight,
                        fuel,
                        total
                    },
                    "{grams} g to {zone:?} with a surcharge of {fuel_percent} %, capped at 25 %"
                );
            }
        }
    }
}

#[test]
fn two_quoters_do_not_disturb_each_other() {
    let (this_year, next_year) = (quoter(tariff(10)), quoter(tariff(20)));
    let parcel = Parcel {
        grams: 2_500,
        zone: Zone::World,
    };
    let fuel = [&this_year, &next_year, &this_year].map(|quoter| quoter.quote(&parcel).fuel);
    assert_eq!(
        fuel,
        [465, 931, 465],
        "4657 cents of freight, by a quoter with 10 %, one with 20 % and the first again"
    );
}
