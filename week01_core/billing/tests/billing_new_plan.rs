//! A plan with usage tiers, and credit notes, in a program that does what it did before.

mod support;

use std::collections::BTreeMap;

use billing::{World, run, run_in};
use support::parallel;

#[test]
fn your_pins_still_hold() {
    support::assert_holds(run, "the crate");
}

#[test]
fn the_program_says_what_it_said() {
    parallel::assert_same(run, 0..300);
}

/// The lines of the one invoice of such a plan, without its head.
fn invoice(plan: &str, usage: u64, today: &str) -> String {
    let printed = run(&format!(
        "today {today}\naccount a US {plan}\nusage a {usage}\nbill\n"
    ));
    let body = printed.split_once('\n').map(|(_, body)| body.to_owned());
    body.unwrap_or_else(|| panic!("`{plan}` has an invoice:\n{printed}"))
}

#[test]
fn each_request_has_the_price_of_its_tier() {
    let first = "  10000 requests at 0.40 4.00\n";
    let second = "  90000 requests at 0.20 18.00\n";
    for (usage, lines, net) in [
        (0, String::new(), "20.00"),
        (1, "  1 requests at 0.40 0.40\n".to_owned(), "20.40"),
        (1_000, "  1000 requests at 0.40 0.40\n".to_owned(), "20.40"),
        (1_001, "  1001 requests at 0.40 0.80\n".to_owned(), "20.80"),
        (10_000, first.to_owned(), "24.00"),
        (
            10_001,
            format!("{first}  1 requests at 0.20 0.20\n"),
            "24.20",
        ),
        (100_000, format!("{first}{second}"), "42.00"),
        (
            100_001,
            format!("{first}{second}  1 requests at 0.10 0.10\n"),
            "42.10",
        ),
        (
            2_000_000,
            format!("{first}{second}  1900000 requests at 0.10 190.00\n"),
            "232.00",
        ),
    ] {
        assert_eq!(
            invoice("tiered 2026-01-01", usage, "2026-03-31"),
            format!("  month 20.00\n{lines}  net {net}\n  total {net} in 30 days\n"),
            "{usage} requests: only those above 10,000 cost 0.20 a thousand, and only those above 100,000 cost 0.10"
        );
    }
}

#[test]
fn the_first_month_is_paid_by_the_day() {
    for (from, today, fee) in [
        ("2026-03-01", "2026-03-31", "  month 20.00\n"),
        ("2026-03-02", "2026-03-31", "  30 of 31 days 19.35\n"),
        ("2026-03-15", "2026-03-20", "  17 of 31 days 10.97\n"),
        ("2026-03-31", "2026-03-31", "  1 of 31 days 0.65\n"),
        ("2026-02-28", "2026-02-28", "  1 of 28 days 0.71\n"),
        ("2024-02-28", "2024-02-29", "  2 of 29 days 1.38\n"),
        ("2026-04-11", "2026-04-30", "  20 of 30 days 13.33\n"),
        ("2026-03-15", "2026-04-01", "  month 20.00\n"),
        ("2025-12-15", "2026-01-01", "  month 20.00\n"),
        ("2025-03-15", "2026-03-20", "  month 20.00\n"),
        ("2026-03-15", "2026-02-28", ""),
        ("2027-01-01", "2026-12-31", ""),
    ] {
        let printed = invoice(&format!("tiered {from}"), 0, today);
        let net = fee
            .trim_end()
            .rsplit(' ')
            .next()
            .filter(|net| !net.is_empty())
            .unwrap_or("0.00");
        assert_eq!(
            printed,
            format!("{fee}  net {net}\n  total {net} in 30 days\n"),
            "20.00 a month, by an invoice of {today} for a plan from {from} on"
        );
    }
}

#[test]
fn the_new_plan_is_a_plan_like_any_other() {
    let printed = run(
        "today 2026-03-31\ntax FR 20\naccount a FR metered\nusage a 500\nplan a tiered 2026-03-16\n\
        preview a\nbill\nbill\nplan a tiered\nplan a tiered soon\nplan a tiered 2026-02-30\nreport\n",
    );
    let body = "2026-03-31 a (FR)\n  16 of 31 days 10.32\n  500 requests at 0.40 0.40\n  net 10.72\n  tax 20% 2.14\n  \
        total 12.86 in 30 days\n";
    let again = "INV-0002 2026-03-31 a (FR)\n  16 of 31 days 10.32\n  net 10.32\n  tax 20% 2.06\n  total 12.38 in 30 days\n";
    assert_eq!(
        printed,
        format!(
            "DRAFT {body}INV-0001 {body}{again}! line 9: no plan tiered\n! line 10: no plan tiered soon\n\
             ! line 11: no plan tiered 2026-02-30\nreport: tiered 2 21.04\nreport: all 2 net 21.04 tax 4.20\n"
        ),
        "usage goes along, a preview changes nothing, an invoice begins usage anew, and the report has its name"
    );
}

#[test]
fn a_credit_note_takes_back_what_is_on_the_invoice() {
    let printed = run(
        "today 2026-03-01\ntax DE 19\naccount a DE enterprise 1 50\naccount b DE metered\nusage b 1\nbill\n\
        tax DE 7\nplan a free\ntoday 2026-04-02\ncredit INV-0001\nreport\ncredit INV-0002\nreport\n",
    );
    let credited = printed
        .split_once("CRN-0001")
        .map(|(_, after)| format!("CRN-0001{after}"));
    assert_eq!(
        credited.as_deref(),
        Some(
            "CRN-0001 2026-04-02 a (DE)\n  net -4.50\n  tax 19% -0.86\n  total -5.36\n\
             report: enterprise 1 0.00\nreport: metered 1 0.30\nreport: all 2 net 0.30 tax 0.06\n\
             CRN-0002 2026-04-02 b (DE)\n  net -0.30\n  tax 19% -0.06\n  total -0.36\n\
             report: enterprise 1 0.00\nreport: metered 1 0.00\nreport: all 2 net 0.00 tax 0.00\n"
        ),
        "to the cent, at the rate and for the plan of the invoice, whatever holds by now; and the report has it out again \
         where it had it in\n{printed}"
    );
}

#[test]
fn an_invoice_is_credited_once_and_only_if_it_was_written() {
    let printed = run(
        "today 2026-03-01\naccount a US team 1\ncredit INV-0001\npreview a\ncredit INV-0001\nbill\n\
        credit INV-0001\ncredit INV-0001\ncredit INV-0002\ncredit INV-1\ncredit 0001\ncredit CRN-0001\nreport\n",
    );
    let answers: Vec<&str> = (printed.lines())
        .filter(|line| {
            line.starts_with('!') || line.starts_with("CRN") || line.starts_with("report")
        })
        .collect();
    assert_eq!(
        answers,
        [
            "! line 3: no invoice INV-0001",
            "! line 5: no invoice INV-0001",
            "CRN-0001 2026-03-01 a (US)",
            "! line 8: INV-0001 is credited already",
            "! line 9: no invoice INV-0002",
            "! line 10: no invoice INV-1",
            "! line 11: no invoice 0001",
            "! line 12: no invoice CRN-0001",
            "report: team 1 0.00",
            "report: all 1 net 0.00 tax 0.00",
        ],
        "nobody gets money back twice, or for an invoice that there is not\n{printed}"
    );
}

#[test]
fn a_credit_note_draws_no_number() {
    let mut next = 7;
    let mut draw = || {
        next += 1;
        next - 1
    };
    let Ok(today) = "2026-03-01".parse() else {
        panic!("2026-03-01 is a day")
    };
    let world = World {
        today,
        taxes: BTreeMap::new(),
        next_number: &mut draw,
    };
    let printed = run_in("account a US team 1\nbill\ncredit INV-0007\nbill\n", world);
    let titles: Vec<&str> = (printed.lines().filter(|line| !line.starts_with(' ')))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        (titles, next),
        (vec!["INV-0007", "CRN-0007", "INV-0008"], 9),
        "a credit note is named after its invoice; the series of invoices goes on without a gap\n{printed}"
    );
}

#[test]
fn one_file_knows_of_the_new_plan() {
    for (file, source) in [
        ("invoice.rs", include_str!("../src/invoice.rs")),
        ("script.rs", include_str!("../src/script.rs")),
    ] {
        let found = source.lines().find(|line| {
            let code = line.split("//").next().unwrap_or_default();
            code.to_lowercase().contains("tier")
        });
        assert_eq!(
            found, None,
            "{file} knows of tiers: the next plan will have to be added there too"
        );
    }
}
