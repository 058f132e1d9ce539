//! What the bill prints today. Yours.

use pin_legacy::legacy::{Customer, Kind, Reading, bill};

#[test]
fn test_bill() {
    let customer = Customer {
        name: "Ada".to_owned(),
        business: false,
        days: 30,
    };
    let reading = Reading {
        kind: Kind::Day,
        start: 1_000,
        end: 1_500,
        estimated: false,
    };
    let bill = bill(&customer, &[reading]);
    assert!(bill.contains("day 500 kWh: 120.00"));
    assert!(bill.contains("Total"));
}
