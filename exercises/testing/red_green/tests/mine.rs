//! What shipping costs. Yours.

use red_green::{Parcel, Refusal, Zone, price};

fn parcel(zone: Zone, weight: u64) -> Parcel {
    Parcel {
        weight,
        sides: [30, 20, 10],
        value: 3_000,
        zone,
        express: false,
    }
}

#[test]
fn test_price_home() {
    assert_eq!(price(&parcel(Zone::Home, 1_000)).unwrap(), 490);
    assert_eq!(price(&parcel(Zone::Home, 5_000)).unwrap(), 690);
}

#[test]
fn test_price_world() {
    assert_eq!(price(&parcel(Zone::World, 1_000)).unwrap(), 2_490);
    assert_eq!(price(&parcel(Zone::World, 12_000)), Err(Refusal::TooHeavy));
}

#[test]
fn test_express() {
    let mut parcel = parcel(Zone::Eu, 1_000);
    parcel.express = true;
    assert!(price(&parcel).unwrap() > 1_390);
}

#[test]
fn test_large_order() {
    let mut parcel = parcel(Zone::Home, 1_000);
    parcel.value = 60_000;
    assert!(price(&parcel).is_ok());
    parcel.value = 20_000;
    assert_eq!(price(&parcel).unwrap(), 0);
}
