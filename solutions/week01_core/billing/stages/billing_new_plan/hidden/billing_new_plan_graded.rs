//! Other amounts, and what is left when everything is taken back.

use std::fmt::Write;

use billing::run;

#[test]
fn other_days_and_tiers() {
    for (from, today, usage, net) in [
        ("2023-02-15", "2023-02-16", 99_001, "32.00"),
        ("2026-06-30", "2026-06-30", 55_555, "13.87"),
        ("2026-12-02", "2026-12-31", 1_234_567, "154.85"),
        ("2026-12-02", "2027-01-01", 9_999, "24.00"),
        ("2026-12-02", "2026-11-30", 10_000, "4.00"),
    ] {
        let printed = run(&format!(
            "today {today}\naccount a US tiered {from}\nusage a {usage}\nbill\n"
        ));
        assert!(
            printed.contains(&format!("\n  net {net}\n")),
            "a plan from {from} on, {usage} requests, an invoice of {today}: {net}\n{printed}"
        );
    }
}

#[test]
fn all_invoices_credited_leave_nothing() {
    let mut script = String::from("today 2026-03-31\ntax DE 19\ntax CH 8.1\n");
    for seats in 1..=20 {
        let _ = writeln!(script, "account d{seats} DE enterprise {seats} 37.5");
        let _ = writeln!(
            script,
            "account c{seats} CH tiered 2026-03-{:02}",
            seats + 1
        );
        let _ = writeln!(script, "usage c{seats} {}", seats * 7_001);
    }
    script.push_str("bill\n");
    for number in 1..=40 {
        let _ = writeln!(script, "credit INV-{number:04}");
    }
    script.push_str("report\n");
    let printed = run(&script);
    assert!(
        printed.ends_with(
            "report: enterprise 20 0.00\nreport: tiered 20 0.00\nreport: all 40 net 0.00 tax 0.00\n"
        ),
        "what is on 40 invoices was taken back to the cent:\n{printed}"
    );
}
