//! What shipping costs, rule by rule. Each test was red once: on the code that had all rules but its own.

use red_green::{Parcel, Refusal, Zone, price};

/// A parcel that no rule but the first has anything to say about. Tests change what they are about.
const PLAIN: Parcel = Parcel {
    weight: 1_000,
    sides: [30, 20, 10],
    value: 3_000,
    zone: Zone::Home,
    express: false,
};

/// An order that is shipped free of the first rule's price.
const FREE: Parcel = Parcel {
    value: 5_000,
    ..PLAIN
};

#[track_caller]
fn costs(parcel: Parcel, cents: u64, why: &str) {
    assert_eq!(price(&parcel), Ok(cents), "{why}: {parcel:?}");
}

#[track_caller]
fn refused(parcel: Parcel, refusal: Refusal, why: &str) {
    assert_eq!(price(&parcel), Err(refusal), "{why}: {parcel:?}");
}

#[test]
fn each_zone_has_its_price_up_to_and_with_each_limit() {
    for (zone, prices) in [
        (Zone::Home, [Some(490), Some(690), Some(1_090)]),
        (Zone::Eu, [Some(1_390), Some(1_990), Some(3_190)]),
        (Zone::World, [Some(2_490), Some(3_990), None]),
    ] {
        let limits = [(0, 2_000), (2_001, 10_000), (10_001, 31_500)];
        for ((from, to), expected) in limits.into_iter().zip(prices) {
            for weight in [from, to] {
                let parcel = Parcel {
                    zone,
                    weight,
                    sides: [1, 1, 1],
                    ..PLAIN
                };
                match expected {
                    Some(cents) => costs(parcel, cents, "the price list"),
                    None => refused(parcel, Refusal::TooHeavy, "the price list"),
                }
            }
        }
        let parcel = Parcel {
            zone,
            weight: 31_501,
            ..PLAIN
        };
        refused(parcel, Refusal::TooHeavy, "over 31.5 kg");
    }
}

#[test]
fn volume_is_weight_rounded_up() {
    let sides = |sides| Parcel { sides, ..PLAIN };
    costs(sides([10, 10, 100]), 490, "10,000 cm³ are 2,000 g");
    costs(
        sides([4, 41, 61]),
        690,
        "10,004 cm³ are 2,000.8 g, so 2,001",
    );
    costs(sides([100, 100, 5]), 690, "50,000 cm³ are 10,000 g");
    costs(sides([100, 100, 6]), 1_090, "60,000 cm³ are 12,000 g");
    refused(
        sides([100, 100, 20]),
        Refusal::TooHeavy,
        "200,000 cm³ are 40 kg",
    );
    let heavy = Parcel {
        weight: 12_000,
        ..sides([4, 41, 61])
    };
    costs(heavy, 1_090, "12 kg are more than 2,001 g");
}

#[test]
fn express_doubles_the_price_and_does_not_go_overseas() {
    let express = |zone, weight| Parcel {
        express: true,
        zone,
        weight,
        ..PLAIN
    };
    costs(express(Zone::Home, 1_000), 980, "twice 4.90");
    costs(express(Zone::Eu, 11_000), 6_380, "twice 31.90");
    refused(express(Zone::World, 1_000), Refusal::NoExpress, "overseas");
}

#[test]
fn at_home_an_order_of_50_is_free_unless_it_is_express() {
    let below = Parcel {
        value: 4_999,
        ..PLAIN
    };
    costs(below, 490, "49.99");
    costs(FREE, 0, "50.00");
    let heavy = Parcel {
        weight: 31_500,
        ..FREE
    };
    costs(heavy, 0, "50.00, and as heavy as can be");
    let express = Parcel {
        express: true,
        ..FREE
    };
    costs(express, 980, "50.00, and express");
    let abroad = Parcel {
        zone: Zone::Eu,
        ..FREE
    };
    costs(abroad, 1_390, "50.00, and abroad");
}

#[test]
fn whichever_side_is_the_longest_makes_it_bulky() {
    for at in 0..3 {
        let long = |length, parcel: Parcel| {
            let mut sides = [1, 1, 1];
            sides[at] = length;
            Parcel { sides, ..parcel }
        };
        costs(long(120, PLAIN), 490, "120 cm");
        costs(long(121, PLAIN), 2_490, "121 cm");
        costs(long(200, PLAIN), 2_490, "200 cm");
        refused(long(201, PLAIN), Refusal::TooLong, "201 cm");
        costs(long(121, FREE), 2_000, "free, and bulky");
        let express = Parcel {
            express: true,
            ..PLAIN
        };
        costs(long(121, express), 2_980, "twice 4.90, and bulky once");
    }
    let twice = Parcel {
        sides: [121, 121, 1],
        weight: 1,
        ..PLAIN
    };
    costs(
        twice,
        2_690,
        "two long sides are bulky once; 2,929 g by volume",
    );
}

#[test]
fn what_is_above_500_is_insured_for_a_hundredth_rounded_up() {
    let worth = |value| Parcel {
        value,
        zone: Zone::Eu,
        ..PLAIN
    };
    costs(worth(50_000), 1_390, "500.00");
    costs(
        worth(50_001),
        1_391,
        "500.01: a hundredth of a cent is a cent",
    );
    costs(worth(50_100), 1_391, "501.00");
    costs(worth(50_101), 1_392, "501.01");
    costs(worth(150_000), 2_390, "1,500.00");
    let free = Parcel {
        value: 60_000,
        ..PLAIN
    };
    costs(free, 100, "600.00 at home: free, and insured");
    let express = Parcel {
        express: true,
        ..worth(60_000)
    };
    costs(express, 2_880, "twice 13.90, and insured once");
}

#[test]
fn of_several_reasons_it_is_one() {
    let parcel = Parcel {
        weight: 40_000,
        sides: [201, 1, 1],
        ..PLAIN
    };
    let refusal = price(&parcel);
    assert!(
        matches!(refusal, Err(Refusal::TooHeavy | Refusal::TooLong)),
        "too heavy and too long, and which of the two is told is not said: {refusal:?}"
    );
}
