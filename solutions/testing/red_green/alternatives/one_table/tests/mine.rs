//! What shipping costs, as one table. A row is a line of the specification and what it says about a parcel.

use red_green::{Parcel, Refusal, Zone, price};

use Refusal::{NoExpress, TooHeavy, TooLong};
use Zone::{Eu, Home, World};

const STANDARD: bool = false;
const EXPRESS: bool = true;

type Row = (Zone, bool, u64, [u64; 3], u64, Result<u64, Refusal>);

/// Zone, service, grams, sides, value; price or refusal.
const ROWS: &[Row] = &[
    // Weight.
    (Home, STANDARD, 2_000, [1, 1, 1], 0, Ok(490)),
    (Home, STANDARD, 2_001, [1, 1, 1], 0, Ok(690)),
    (Home, STANDARD, 10_000, [1, 1, 1], 0, Ok(690)),
    (Home, STANDARD, 31_500, [1, 1, 1], 0, Ok(1_090)),
    (Home, STANDARD, 31_501, [1, 1, 1], 0, Err(TooHeavy)),
    (Eu, STANDARD, 2_000, [1, 1, 1], 0, Ok(1_390)),
    (Eu, STANDARD, 10_000, [1, 1, 1], 0, Ok(1_990)),
    (Eu, STANDARD, 31_500, [1, 1, 1], 0, Ok(3_190)),
    (World, STANDARD, 2_000, [1, 1, 1], 0, Ok(2_490)),
    (World, STANDARD, 10_000, [1, 1, 1], 0, Ok(3_990)),
    (World, STANDARD, 10_001, [1, 1, 1], 0, Err(TooHeavy)),
    // Volume.
    (Home, STANDARD, 1, [100, 100, 1], 0, Ok(490)),
    (Home, STANDARD, 1, [4, 41, 61], 0, Ok(690)),
    (Home, STANDARD, 1, [11, 101, 9], 0, Ok(490)),
    (Home, STANDARD, 1, [101, 9, 12], 0, Ok(690)),
    // Express.
    (Home, EXPRESS, 1, [1, 1, 1], 0, Ok(980)),
    (World, EXPRESS, 1, [1, 1, 1], 0, Err(NoExpress)),
    // Free.
    (Home, STANDARD, 1, [1, 1, 1], 4_999, Ok(490)),
    (Home, STANDARD, 1, [1, 1, 1], 5_000, Ok(0)),
    (Home, EXPRESS, 1, [1, 1, 1], 5_000, Ok(980)),
    (Eu, STANDARD, 1, [1, 1, 1], 5_000, Ok(1_390)),
    // Bulky.
    (Home, STANDARD, 1, [1, 1, 120], 0, Ok(490)),
    (Home, STANDARD, 1, [1, 1, 121], 0, Ok(2_490)),
    (Home, STANDARD, 1, [121, 1, 1], 5_000, Ok(2_000)),
    (Home, EXPRESS, 1, [1, 121, 1], 0, Ok(2_980)),
    (Home, STANDARD, 1, [1, 200, 1], 0, Ok(2_490)),
    (Home, STANDARD, 1, [201, 1, 1], 0, Err(TooLong)),
    // Insurance.
    (Eu, STANDARD, 1, [1, 1, 1], 50_000, Ok(1_390)),
    (Eu, STANDARD, 1, [1, 1, 1], 50_001, Ok(1_391)),
    (Home, STANDARD, 1, [1, 1, 1], 60_000, Ok(100)),
];

#[test]
fn the_specification_holds_row_by_row() {
    let mut wrong = Vec::new();
    for &(zone, express, weight, sides, value, expected) in ROWS {
        let parcel = Parcel {
            weight,
            sides,
            value,
            zone,
            express,
        };
        let found = price(&parcel);
        if found != expected {
            wrong.push(format!("{parcel:?}: {found:?} in place of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
