//! Amounts, rates, counts and days that can't be wrong, and one place that rounds.

mod support;

use billing::{Date, Money, Percent, Seats, run};
use support::{parallel, prints};

#[test]
fn your_pins_still_hold() {
    support::assert_holds(run, "the crate");
}

#[test]
fn the_program_says_what_it_said() {
    parallel::assert_same(run, 0..300);
}

/// Hundredths of a per cent, as a script says them.
const RATES: [(&str, i64); 5] = [
    ("19", 1_900),
    ("8.1", 810),
    ("7.75", 775),
    ("5.5", 550),
    ("20", 2_000),
];

/// In whole numbers: half a cent is a cent.
fn due(net: i64, hundredths: i64) -> i64 {
    let parts = net.abs() * hundredths;
    let rounded = parts / 10_000 + i64::from(parts % 10_000 >= 5_000);
    net.signum() * rounded
}

fn euros(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

#[test]
fn half_a_cent_on_an_invoice_is_a_cent() {
    for (rate, hundredths) in RATES {
        let mut script = format!("today 2026-03-01\ntax XX {rate}\n");
        for seats in 1..=60 {
            script += &format!("account a{seats} XX enterprise {seats} 50\n");
        }
        let printed = prints(run, &(script + "bill\n"));
        let taxes = printed.lines().filter(|line| line.starts_with("  tax "));
        let taxes: Vec<&str> = taxes.collect();
        assert_eq!(taxes.len(), 60, "60 invoices have 60 taxes at {rate}%");
        for (seats, tax) in (1..).zip(taxes) {
            let net = seats * 450;
            let expected = format!("  tax {rate}% {}", euros(due(net, hundredths)));
            assert_eq!(
                tax,
                expected,
                "BILL-33: {rate}% of {} is {} ten-thousandths of a cent",
                euros(net),
                net * hundredths
            );
        }
    }
}

#[test]
fn the_tax_of_a_report_is_the_sum_of_its_invoices() {
    let mut script = String::from("today 2026-03-01\ntax DE 19\n");
    for name in ["a", "b", "c", "d"] {
        script += &format!("account {name} DE metered\nusage {name} 1\n");
    }
    let printed = prints(run, &(script + "bill\nreport\n"));
    let last = printed.lines().last().unwrap_or_default();
    assert_eq!(
        last, "report: all 4 net 1.20 tax 0.24",
        "BILL-31: four invoices have a tax of 0.06 each, and the tax office is owed what is on them; 19% of 1.20 would \
         be 0.23"
    );
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (line, what) in [
        ("tax FR NaN", "no tax FR NaN"),
        ("tax FR inf", "no tax FR inf"),
        ("tax FR -1", "no tax FR -1"),
        ("tax FR 101", "no tax FR 101"),
        ("tax FR 8.125", "no tax FR 8.125"),
        ("account b US team -3", "no plan team -3"),
        ("account b US team 2.5", "no plan team 2.5"),
        ("account b US team 0", "no plan team 0"),
        ("account b US enterprise 0 5", "no plan enterprise 0 5"),
        ("account b US enterprise 5 101", "no plan enterprise 5 101"),
        ("account b US enterprise 5 -5", "no plan enterprise 5 -5"),
        ("plan a team 100001", "no plan team 100001"),
        ("plan a enterprise NaN 5", "no plan enterprise NaN 5"),
        ("usage a -1", "no usage -1"),
        ("usage a 0.5", "no usage 0.5"),
        ("usage a 1e3", "no usage 1e3"),
        ("usage a 1000000000001", "no usage 1000000000001"),
        ("today soon", "no day soon"),
        ("today 2026-02-29", "no day 2026-02-29"),
    ] {
        let script = format!("today 2026-03-01\naccount a US team 1\ntax FR 20\n{line}\nbill\n");
        let printed = prints(run, &script);
        let expected = format!(
            "! line 4: {what}\nINV-0001 2026-03-01 a (US)\n  1 seats 9.00\n  net 9.00\n  total 9.00 in 14 days\n"
        );
        assert_eq!(
            printed, expected,
            "BILL-40: `{line}` is refused, and changes nothing"
        );
    }
}

#[test]
fn a_percentage_rounds_in_one_way() {
    for (rate, hundredths) in RATES {
        let percent: Percent = parsed(rate);
        for cents in -1_500..=1_500 {
            assert_eq!(
                percent.of(Money::from_cents(cents)).cents(),
                due(cents, hundredths),
                "{rate}% of {cents} cents: half a cent is a cent, and of what is given back it is one given back"
            );
        }
    }
}

fn parsed<T: std::str::FromStr>(text: &str) -> T {
    let value = text.parse().ok();
    value.unwrap_or_else(|| panic!("{text:?} is a {}", std::any::type_name::<T>()))
}

fn assert_reads<T: std::str::FromStr + std::fmt::Display>(good: &[(&str, &str)], bad: &[&str]) {
    let kind = std::any::type_name::<T>();
    for (text, shown) in good {
        assert_eq!(
            parsed::<T>(text).to_string(),
            *shown,
            "what {text:?} is as a {kind}"
        );
    }
    for text in bad {
        if let Ok(value) = text.parse::<T>() {
            panic!("{text:?} is no {kind}, and was taken for {value}");
        }
    }
}

#[test]
fn a_percent_is_from_0_to_100_in_hundredths() {
    assert_reads::<Percent>(
        &[
            ("0", "0"),
            ("19", "19"),
            ("8.1", "8.1"),
            ("8.10", "8.1"),
            ("7.75", "7.75"),
            ("0.05", "0.05"),
            ("100", "100"),
        ],
        &[
            "",
            "-1",
            "+5",
            "100.01",
            "101",
            "8.125",
            "5.",
            ".5",
            "1e1",
            "NaN",
            "inf",
            "5%",
            " 5",
            "7.-5",
            "99999999999",
        ],
    );
}

#[test]
fn seats_are_from_1_to_100_000() {
    assert_reads::<Seats>(
        &[("1", "1"), ("100000", "100000")],
        &[
            "",
            "0",
            "100001",
            "-3",
            "+3",
            "2.5",
            "5.0",
            "1e3",
            "NaN",
            "99999999999999999999",
        ],
    );
}

#[test]
fn a_date_is_in_the_calendar() {
    assert_reads::<Date>(
        &[
            ("2026-03-01", "2026-03-01"),
            ("2024-02-29", "2024-02-29"),
            ("2000-02-29", "2000-02-29"),
            ("2026-12-31", "2026-12-31"),
        ],
        &[
            "",
            "soon",
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "2026-3-1",
            "26-03-01",
            "2026-03-01-",
            "+026-03-01",
        ],
    );
}

#[test]
fn an_amount_shows_its_sign_and_its_cents() {
    for (cents, shown) in [
        (0, "0.00"),
        (5, "0.05"),
        (123_456, "1234.56"),
        (-5, "-0.05"),
        (-100, "-1.00"),
        (-250, "-2.50"),
    ] {
        assert_eq!(Money::from_cents(cents).to_string(), shown, "{cents} cents");
    }
}

#[test]
fn no_amount_is_a_binary_fraction() {
    let sources = [
        ("plan.rs", include_str!("../src/plan.rs")),
        ("invoice.rs", include_str!("../src/invoice.rs")),
        ("script.rs", include_str!("../src/script.rs")),
    ];
    for (file, source) in sources {
        let found = source.lines().find(|line| {
            let code = line.split("//").next().unwrap_or_default();
            code.contains("f64") || code.contains("f32")
        });
        assert_eq!(
            found, None,
            "{file} counts in binary fractions, which have no tenth"
        );
    }
}
