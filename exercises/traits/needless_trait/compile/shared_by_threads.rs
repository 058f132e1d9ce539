//! Two workers of the checkout use one quoter.

use std::thread;

use needless_trait::{Parcel, Rate, Tariff, Zone, quoter};

fn main() {
    let rate = Rate {
        first_kilo: 500,
        further_kilo: 100,
    };
    let quoter = quoter(Tariff {
        domestic: rate,
        europe: rate,
        world: rate,
        fuel_percent: 10,
    });
    thread::scope(|scope| {
        for grams in [700, 7_000] {
            let quoter = &quoter;
            scope.spawn(move || {
                let zone = Zone::Europe;
                quoter.quote(&Parcel { grams, zone })
            });
        }
    });
}
