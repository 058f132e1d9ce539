//! What a run depends on is handed in, and it knows nothing else.

mod support;

use std::collections::BTreeMap;

use billing::{Date, Percent, World, run, run_in};
use support::parallel;

#[test]
fn your_pins_still_hold() {
    support::assert_holds(run, "the crate");
}

#[test]
fn the_program_says_what_it_said() {
    parallel::assert_same(run, 0..300);
}

fn date(text: &str) -> Date {
    text.parse()
        .ok()
        .unwrap_or_else(|| panic!("{text} is a day"))
}

fn taxes(rates: &[(&str, &str)]) -> BTreeMap<String, Percent> {
    let rate = |text: &str| {
        text.parse()
            .ok()
            .unwrap_or_else(|| panic!("{text} is a rate"))
    };
    let rates = rates.iter();
    rates
        .map(|(country, text)| ((*country).to_owned(), rate(text)))
        .collect()
}

/// A script on this day, with these rates and numbers from this one on; and the next number afterwards.
fn in_a_world(script: &str, today: &str, rates: &[(&str, &str)], next: &mut u32) -> String {
    let mut draw = || {
        *next += 1;
        *next - 1
    };
    let world = World {
        today: date(today),
        taxes: taxes(rates),
        next_number: &mut draw,
    };
    run_in(script, world)
}

#[test]
fn two_runs_have_nothing_in_common() {
    let script =
        "today 2026-03-01\ntax FR 20\naccount acme FR team 5\nusage acme 60000\nbill\nreport\n";
    let (first, second) = (run(script), run(script));
    assert_eq!(
        first, second,
        "the same script on the same thread: neither accounts nor numbers nor sums of the first run are in the second"
    );
    assert_eq!(
        run("account acme FR team 5\ntax FR 20\ntoday 2026-03-01\nreport\n"),
        "report: all 0 net 0.00 tax 0.00\n",
        "nothing was sold in this run"
    );
}

#[test]
fn the_date_is_the_worlds_until_the_script_says_another() {
    let script = "account a US team 1\nbill\ntoday 2027-01-31\nbill\n";
    for today in ["2024-02-29", "2031-07-15"] {
        let printed = in_a_world(script, today, &[], &mut 1);
        let dates: Vec<&str> = printed
            .lines()
            .filter(|line| line.starts_with("INV"))
            .filter_map(|line| line.split_whitespace().nth(1))
            .collect();
        assert_eq!(
            dates,
            [today, "2027-01-31"],
            "it is {today} in this world, whatever the machine says\n{printed}"
        );
    }
}

/// Days after 1970-01-01, counted one year and one month after the other.
fn days_after_epoch(date: &str) -> u64 {
    let parts: Vec<u64> = date
        .split('-')
        .filter_map(|part| part.parse().ok())
        .collect();
    let [year, month, day] = parts[..] else {
        panic!("{date:?} is a date")
    };
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let years: u64 = (1970..year)
        .map(|year| 365 + u64::from(is_leap(year)))
        .sum();
    let months = [
        31,
        28 + u64::from(is_leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let months: u64 = (1..month).zip(months).map(|(_, days)| days).sum();
    years + months + day - 1
}

#[test]
fn a_run_by_itself_is_on_the_machines_day() {
    let machine = || {
        let since = std::time::UNIX_EPOCH.elapsed().expect("it is after 1970");
        since.as_secs() / 86_400
    };
    let before = machine();
    let printed = run("account a US team 1\nbill\n");
    let after = machine();
    let day = days_after_epoch(printed.split_whitespace().nth(1).unwrap_or_default());
    assert!(
        (before..=after).contains(&day),
        "it is day {before} after 1970-01-01 by the machine, in UTC, and the invoice says day {day}\n{printed}"
    );
}

#[test]
fn the_taxes_are_the_worlds_until_the_script_says_others() {
    let script = "account f FR team 1\naccount g DE team 1\nbill\ntax FR 10\nbill\n";
    let printed = in_a_world(script, "2026-03-01", &[("FR", "20"), ("DE", "19")], &mut 1);
    let rates: Vec<&str> = printed
        .lines()
        .filter(|line| line.contains(" tax "))
        .collect();
    assert_eq!(
        rates,
        [
            "  tax 20% 1.80",
            "  tax 19% 1.71",
            "  tax 10% 0.90",
            "  tax 19% 1.71"
        ],
        "the rates that came with the world, and after `tax FR 10` that one\n{printed}"
    );
    let printed = in_a_world("account f FR team 1\nbill\n", "2026-03-01", &[], &mut 1);
    assert!(
        !printed.contains("tax"),
        "in this world France has no tax yet:\n{printed}"
    );
}

#[test]
fn numbers_go_on_where_the_world_says() {
    let mut next = 9_998;
    let script = "account a US team 1\naccount b US metered\nbill\n";
    let both = in_a_world(script, "2026-03-01", &[], &mut next)
        + &in_a_world(script, "2026-04-01", &[], &mut next);
    let numbers: Vec<&str> = both
        .lines()
        .filter(|line| line.starts_with("INV"))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        numbers,
        ["INV-9998", "INV-9999", "INV-10000", "INV-10001"],
        "two runs that draw from one counter have one series of numbers"
    );
}

#[test]
fn what_is_drawn_is_on_an_invoice() {
    let mut next = 1;
    let script = "account bob US free\naccount acme US team 1\npreview acme\npreview bob\npreview nobody\n\
        plan acme gold\nbill\npreview acme\nreport\nbill\n";
    let printed = in_a_world(script, "2026-03-01", &[], &mut next);
    let written = printed
        .lines()
        .filter(|line| line.starts_with("INV"))
        .count();
    assert_eq!(
        (written, next - 1),
        (2, 2),
        "invoices that were written (left) and numbers that were drawn (right): a counter that others share takes \
         nothing back, and a number that is on no invoice is a gap that the tax office asks about\n{printed}"
    );
}

#[test]
fn nothing_is_known_that_was_not_passed() {
    let mut found = Vec::new();
    for (file, source) in [
        ("plan.rs", include_str!("../src/plan.rs")),
        ("invoice.rs", include_str!("../src/invoice.rs")),
        ("script.rs", include_str!("../src/script.rs")),
    ] {
        for line in source.lines() {
            let code = line.split("//").next().unwrap_or_default();
            let words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
            let hidden = [
                "thread_local",
                "Rc",
                "RefCell",
                "Cell",
                "OnceLock",
                "LazyLock",
                "Mutex",
                "SystemTime",
            ];
            found.extend(
                words
                    .filter(|word| hidden.contains(word))
                    .map(|word| format!("{file}: {word}")),
            );
        }
    }
    assert!(
        found.is_empty(),
        "an account has one owner, and what a run knows it was given or has made: {found:?}"
    );
}
