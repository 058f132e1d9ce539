//! What the bill prints today, right or wrong. Each text was copied from a run, and read before it was
//! believed.

use pin_legacy::legacy::{Customer, Kind, Reading, bill};

use Kind::{Day, Night};

fn customer(business: bool, days: u32) -> Customer {
    let name = "Ada".to_owned();
    Customer {
        name,
        business,
        days,
    }
}

fn read(kind: Kind, start: u32, end: u32) -> Reading {
    Reading {
        kind,
        start,
        end,
        estimated: false,
    }
}

fn estimated(kind: Kind, start: u32, end: u32) -> Reading {
    Reading {
        estimated: true,
        ..read(kind, start, end)
    }
}

#[track_caller]
fn prints(customer: &Customer, readings: &[Reading], lines: &[&str]) {
    let bill = bill(customer, readings);
    let found: Vec<&str> = bill.lines().map(str::trim).collect();
    assert_eq!(found, lines, "{customer:?}, {readings:?}");
    assert!(bill.ends_with('\n'), "the last line ends");
}

#[test]
fn a_bill_as_most_are() {
    let text = bill(
        &customer(false, 30),
        &[read(Day, 1_000, 1_100), read(Night, 500, 533)],
    );
    assert_eq!(
        text,
        "Bill for Ada\n  day 100 kWh: 24.00\n  night 33 kWh: 4.75\n  base fee: 9.50\n  VAT: 7.26\nTotal: 45.51\n"
    );
}

#[test]
fn nothing_to_bill_without_a_reading() {
    let lines = ["Bill for Ada", "nothing to bill"];
    prints(&customer(false, 30), &[], &lines);
}

#[test]
fn an_empty_flat_pays_the_base_fee() {
    let lines = [
        "Bill for Ada",
        "base fee: 9.50",
        "VAT: 1.80",
        "Total: 11.30",
    ];
    prints(&customer(false, 30), &[read(Day, 7, 7)], &lines);
    let lines = [
        "Bill for Ada",
        "base fee: 9.50",
        "VAT: 1.80",
        "Total: 11.30",
        "* estimated",
    ];
    prints(&customer(false, 30), &[estimated(Day, 7, 7)], &lines);
}

#[test]
fn each_started_month_has_its_fee() {
    for (days, fee) in [
        (0, "0.00"),
        (1, "9.50"),
        (30, "9.50"),
        (31, "19.00"),
        (365, "123.50"),
    ] {
        let fee_line = format!("base fee: {fee}");
        let total = format!("Total: {fee}");
        let lines = ["Bill for Ada", &fee_line, &total];
        prints(&customer(true, days), &[read(Day, 7, 7)], &lines);
    }
}

#[test]
fn a_meter_turns_over_after_99_999() {
    prints(
        &customer(true, 0),
        &[read(Day, 99_900, 100), read(Day, 99_999, 0)],
        &[
            "Bill for Ada",
            "day 200 kWh: 48.00",
            "day 1 kWh: 0.24",
            "base fee: 0.00",
            "Total: 48.24",
        ],
    );
}

#[test]
fn estimates_are_in_tens_and_marked() {
    prints(
        &customer(true, 0),
        &[
            estimated(Day, 0, 121),
            estimated(Night, 0, 120),
            read(Day, 0, 3),
        ],
        &[
            "Bill for Ada",
            "day 130 kWh*: 31.20",
            "night 120 kWh*: 17.28",
            "day 3 kWh: 0.72",
            "base fee: 0.00",
            "Total: 49.20",
            "* estimated",
        ],
    );
}

#[test]
fn large_amounts_are_cheaper_for_a_business_by_day() {
    let readings = [read(Day, 0, 1_000), read(Day, 0, 1_001)];
    let lines = ["day 1000 kWh: 240.00", "day 1001 kWh: 240.20"];
    prints(
        &customer(true, 0),
        &readings,
        &[
            "Bill for Ada",
            lines[0],
            lines[1],
            "base fee: 0.00",
            "Total: 480.20",
        ],
    );
    prints(
        &customer(false, 0),
        &readings[1..],
        &[
            "Bill for Ada",
            "day 1001 kWh: 240.24",
            "base fee: 0.00",
            "VAT: 45.64",
            "Total: 285.88",
        ],
    );
    prints(
        &customer(true, 0),
        &[read(Night, 0, 2_001)],
        &[
            "Bill for Ada",
            "night 2001 kWh: 288.14",
            "base fee: 0.00",
            "Total: 288.14",
        ],
    );
}

#[test]
fn three_readings_and_more_than_100_are_a_discount() {
    let none = read(Day, 5, 5);
    prints(
        &customer(true, 0),
        &[
            read(Night, 0, 250),
            read(Night, 0, 250),
            estimated(Night, 0, 192),
            none,
        ],
        &[
            "Bill for Ada",
            "night 250 kWh: 36.00",
            "night 250 kWh: 36.00",
            "night 200 kWh*: 28.80",
            "discount: -3.02",
            "base fee: 0.00",
            "Total: 97.78",
            "* estimated",
        ],
    );
    // 100.00 to the cent.
    let night = read(Night, 0, 2);
    let exactly = [read(Day, 0, 412), night, night, night, night];
    prints(
        &customer(true, 0),
        &exactly,
        &[
            "Bill for Ada",
            "day 412 kWh: 98.88",
            "night 2 kWh: 0.28",
            "night 2 kWh: 0.28",
            "night 2 kWh: 0.28",
            "night 2 kWh: 0.28",
            "base fee: 0.00",
            "Total: 100.00",
        ],
    );
    // The third reading has no use and no line, and counts.
    prints(
        &customer(true, 0),
        &[read(Day, 0, 418), none, none],
        &[
            "Bill for Ada",
            "day 418 kWh: 100.32",
            "discount: -3.01",
            "base fee: 0.00",
            "Total: 97.31",
        ],
    );
    prints(
        &customer(true, 0),
        &[read(Day, 0, 418), none],
        &[
            "Bill for Ada",
            "day 418 kWh: 100.32",
            "base fee: 0.00",
            "Total: 100.32",
        ],
    );
}
