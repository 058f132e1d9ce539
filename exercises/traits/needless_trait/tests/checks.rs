//! What the checkout relies on, and what the code costs its readers and the heap.

use needless_trait::{Parcel, Quote, Rate, Tariff, Zone, quoter};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

const TARIFF: Tariff = Tariff {
    domestic: Rate {
        first_kilo: 500,
        further_kilo: 100,
    },
    europe: Rate {
        first_kilo: 1_300,
        further_kilo: 250,
    },
    world: Rate {
        first_kilo: 2_900,
        further_kilo: 900,
    },
    fuel_percent: 10,
};

/// What this tariff makes of this parcel.
fn quote(tariff: Tariff, zone: Zone, grams: u64) -> Quote {
    quoter(tariff).quote(&Parcel { grams, zone })
}

#[test]
fn each_zone_has_its_rate() {
    for (zone, freight, fuel) in [
        (Zone::Domestic, 700, 70),
        (Zone::Europe, 1_800, 180),
        (Zone::World, 4_700, 470),
    ] {
        assert_eq!(
            quote(TARIFF, zone, 3_000),
            Quote {
                freight,
                fuel,
                total: freight + fuel
            },
            "three kilograms to {zone:?}: one at the first kilogram's rate, two at the further one's, \
             and 10 % fuel"
        );
    }
}

#[test]
fn a_kilogram_that_is_begun_counts() {
    for (grams, freight) in [
        (0, 500),
        (1, 500),
        (1_000, 500),
        (1_001, 600),
        (2_000, 600),
        (2_001, 700),
    ] {
        assert_eq!(
            quote(TARIFF, Zone::Domestic, grams).freight,
            freight,
            "{grams} g: a kilogram that is begun costs as much as a whole one, and one is the least"
        );
    }
}

#[test]
fn the_fuel_surcharge_has_a_cap() {
    for (fuel_percent, fuel) in [(0, 0), (24, 120), (25, 125), (26, 125), (80, 125)] {
        let tariff = Tariff {
            fuel_percent,
            ..TARIFF
        };
        assert_eq!(
            quote(tariff, Zone::Domestic, 800).fuel,
            fuel,
            "the tariff wants {fuel_percent} % of 500 cents for fuel, and the contract allows 25 %"
        );
    }
}

#[test]
fn totals_are_rounded_up_to_five_cents() {
    for (first_kilo, total) in [(500, 500), (501, 505), (502, 505), (503, 505), (506, 510)] {
        let tariff = Tariff {
            domestic: Rate {
                first_kilo,
                ..TARIFF.domestic
            },
            fuel_percent: 0,
            ..TARIFF
        };
        assert_eq!(
            quote(tariff, Zone::Domestic, 800),
            Quote {
                freight: first_kilo,
                fuel: 0,
                total
            },
            "{first_kilo} cents are rounded up to what can be paid in coins of 5, and only the total is"
        );
    }
}

#[test]
fn a_quoter_and_its_quotes_are_measured() {
    let (sum, tally) = measure(|| {
        let quoter = quoter(TARIFF);
        let parcels = (1..=10).map(|kilos| Parcel {
            grams: kilos * 1_000,
            zone: Zone::Domestic,
        });
        parcels
            .map(|parcel| quoter.quote(&parcel).freight)
            .sum::<u64>()
    });
    probes::figures::report("allocations", tally.allocations);
    assert_eq!(
        sum, 9_500,
        "ten domestic parcels of 1 to 10 kilograms, at 500 cents and 100 for each further kilogram"
    );
}

/// The words of a source: names, keywords and numbers. Comments, strings and all that is neither letter,
/// digit nor underscore are left out, so the layout does not matter, nor how much is explained.
fn words(source: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            rest[1..].find('"').map_or(rest.len(), |end| end + 2)
        } else if is_word(first) {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            words.push(&rest[..end]);
            end
        } else {
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    words
}

#[test]
fn the_code_is_measured() {
    let sample = "/// No word.\nfn f(x: u64) -> u64 { x * 1_000 /* no trait */ } // no";
    assert_eq!(
        words(sample),
        ["fn", "f", "x", "u64", "u64", "x", "1_000"],
        "these are the words of the sample: {sample}"
    );
    let words = words(include_str!("../src/quoter.rs"));
    let traits = words.iter().filter(|word| **word == "trait").count();
    probes::figures::report("traits", traits);
    probes::figures::report("words", words.len());
}
