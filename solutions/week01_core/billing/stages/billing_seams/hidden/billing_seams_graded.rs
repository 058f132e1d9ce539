//! One run after another in one thread.

use std::collections::BTreeMap;

use billing::{World, run, run_in};

#[test]
fn a_run_after_a_run_begins_anew() {
    let first = run("today 2020-05-05\ntax US 10\naccount a US metered\nusage a 5000\npreview a\n");
    assert!(
        first.contains("  tax 10% 0.15\n"),
        "the first run has its tax:\n{first}"
    );
    let Ok(today) = "2026-03-01".parse() else {
        panic!("2026-03-01 is a day")
    };
    let mut drawn = 0;
    let mut next_number = || {
        drawn += 1;
        76 + drawn
    };
    let world = World {
        today,
        taxes: BTreeMap::new(),
        next_number: &mut next_number,
    };
    let second = run_in("account a US metered\nbill\nreport\n", world);
    assert_eq!(
        second,
        "INV-0077 2026-03-01 a (US)\n  0 requests 0.00\n  net 0.00\n  total 0.00 in 7 days\n\
         report: metered 1 0.00\nreport: all 1 net 0.00 tax 0.00\n",
        "the second run has its own day, no tax, no usage, and its own counter"
    );
    assert_eq!(drawn, 1, "one invoice, one number");
}
