//! Other amounts, and the discount.

use billing::{Money, Percent, run};

#[test]
fn other_amounts_round_as_well() {
    for (rate, cents, expected) in [
        ("33.33", 100, 33),
        ("33.35", 100, 33),
        ("0.01", 5_000, 1),
        ("0.01", 4_999, 0),
        ("100", 123_456_789_012, 123_456_789_012),
        ("19", 100_000_000_050, 19_000_000_010),
        ("0.05", 1_000, 1),
    ] {
        let Ok(percent) = rate.parse::<Percent>() else {
            panic!("{rate} is a rate")
        };
        for (cents, expected) in [(cents, expected), (-cents, -expected)] {
            assert_eq!(
                percent.of(Money::from_cents(cents)).cents(),
                expected,
                "{rate}% of {cents} cents"
            );
        }
    }
}

#[test]
fn a_discount_rounds_as_a_tax_does() {
    let printed = run("today 2026-03-01\naccount a US enterprise 1 12.5\nbill\n");
    assert!(
        printed.contains("  discount 12.5% -1.13\n  net 7.87\n"),
        "12.5% of 9.00 is 1.125, and half a cent is a cent:\n{printed}"
    );
}
