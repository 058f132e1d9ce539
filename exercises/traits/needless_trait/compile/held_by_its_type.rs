//! The checkout holds a quoter as a field: no box, no parameter, and the usual derives.

use needless_trait::{Parcel, Quoter, Rate, Tariff, Zone, quoter};

#[derive(Debug, Clone)]
struct Checkout {
    quoter: Quoter,
    parcels: Vec<Parcel>,
}

impl Checkout {
    fn total(&self) -> u64 {
        let totals = self
            .parcels
            .iter()
            .map(|parcel| self.quoter.quote(parcel).total);
        totals.sum()
    }
}

fn main() {
    let rate = Rate {
        first_kilo: 500,
        further_kilo: 100,
    };
    let checkout = Checkout {
        quoter: quoter(Tariff {
            domestic: rate,
            europe: rate,
            world: rate,
            fuel_percent: 10,
        }),
        parcels: vec![Parcel {
            grams: 700,
            zone: Zone::Domestic,
        }],
    };
    println!("{:?}: {}", checkout.clone(), checkout.total());
}
