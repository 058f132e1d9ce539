//! What the monitor does, however fast it is.

mod support;

use profiling::{Alarm, BadLine, Latest, Monitor, Rules};
use support::{Deaf, MARCH};

fn alarm(probe: &str, at: i64, tenths: i32, limit: i32) -> Alarm {
    let probe = probe.to_owned();
    Alarm {
        probe,
        at,
        tenths,
        limit,
    }
}

#[test]
fn a_pattern_is_for_the_names_that_it_describes() {
    let cases = [
        ("oslo/hall-1", "oslo/hall-1", true),
        ("oslo/hall-1", "oslo/hall-11", false),
        ("oslo/hall-11", "oslo/hall-1", false),
        ("oslo/hall-?", "oslo/hall-7", true),
        ("oslo/hall-?", "oslo/hall-", false),
        ("oslo/hall-?", "oslo/hall-17", false),
        ("*", "", true),
        ("?", "", false),
        ("", "", true),
        ("", "oslo", false),
        ("oslo/*", "oslo/", true),
        ("oslo/*", "oslo/hall-1/freezer-2/probe-3", true),
        ("*/probe-3", "oslo/hall-1/freezer-2/probe-3", true),
        ("*/probe-3", "oslo/hall-1/freezer-2/probe-33", false),
        ("*/freezer-*/*", "oslo/hall-1/freezer-2/probe-3", true),
        ("*/freezer-*/*", "oslo/hall-1/cooler-2/probe-3", false),
        // The first place where a star could end is not the one where it has to.
        ("*-door", "hall-door-door", true),
        ("*-?/door", "hall-1/dock-2/door", true),
        ("*a*b*c", "abcabcab", false),
        ("*a*b*c", "abcabcabc", true),
        ("a**c", "ac", true),
        ("*-*-*-", "---", true),
        ("*-*-*-", "--", false),
    ];
    for (pattern, name, expected) in cases {
        let rules = Rules::new([(pattern, 40)]);
        let is_for = if expected { "is for" } else { "is not for" };
        assert_eq!(
            rules.limit(name),
            expected.then_some(40),
            "the pattern `{pattern}` {is_for} the name `{name}`"
        );
    }
}

#[test]
fn the_first_rule_for_a_probe_is_its_limit() {
    let rules = Rules::new([("*/door-*", 250), ("*/freezer-*", -150), ("oslo/*", 80)]);
    for (probe, expected) in [
        ("oslo/freezer-1/door-2", Some(250)),
        ("oslo/freezer-1/probe-2", Some(-150)),
        ("oslo/cooler-1/probe-2", Some(80)),
        ("bergen/cooler-1/probe-2", None),
    ] {
        assert_eq!(
            rules.limit(probe),
            expected,
            "the limit of `{probe}` by three rules, of which the first that is for it counts"
        );
    }
}

#[test]
fn alarms_come_in_the_order_of_the_batch() {
    let rules = Rules::new([("*/freezer-*", -150), ("oslo/*", 80)]);
    let monitor = Monitor::new(rules, Deaf);
    let batch = format!(
        "oslo/freezer-1/p {MARCH} -149\nOslo/Cooler-1/p {MARCH} 80\nbergen/cooler-1/p {MARCH} 999\n\
         oslo/cooler-2/p {MARCH} 81\noslo/freezer-1/p {MARCH} -150\n"
    );
    assert_eq!(
        monitor.ingest(&batch),
        Ok(vec![
            alarm("oslo/freezer-1/p", MARCH, -149, -150),
            alarm("oslo/cooler-2/p", MARCH, 81, 80),
        ]),
        "of five readings, two are above the limit; one is at its limit, one below, and one has no limit"
    );
}

#[test]
fn the_board_has_the_last_and_the_warmest() {
    let monitor = Monitor::new(Rules::default(), Deaf);
    let batch = format!(
        "Oslo/h/a {MARCH} 5\noslo/h/b {MARCH} -3\noslo/h/a {} 2\noslo/h/a {} 9\n",
        MARCH + 60,
        MARCH + 30
    );
    monitor.ingest(&batch).expect("four readings");
    let board = monitor.board();
    let latest = Latest {
        at: MARCH + 60,
        tenths: 2,
    };
    assert_eq!(
        board.latest("oslo/h/a"),
        Some(latest),
        "the newest reading of three: the one of half a minute later came last, and is older"
    );
    for (place, warmest) in [
        ("oslo/h/a", Some(9)),
        ("oslo/h/b", Some(-3)),
        ("oslo/h", Some(9)),
        ("oslo", Some(9)),
        ("os", None),
        ("h", None),
    ] {
        assert_eq!(
            board.warmest(place),
            warmest,
            "the warmest that was measured at or below `{place}`"
        );
    }
    let mut page = Vec::new();
    board.page(&mut page).expect("memory takes it");
    assert_eq!(
        String::from_utf8_lossy(&page),
        format!("oslo/h/a {} 2\noslo/h/b {MARCH} -3\n", MARCH + 60),
        "the page has a line for each probe, by name"
    );
}

#[test]
fn a_batch_with_a_bad_line_is_not_taken() {
    for bad in [
        "oslo/h/a now 5",
        "oslo/h/a 17",
        "oslo/h/a 17 5 C",
        "oslo/h/a 17 5.5",
        "",
    ] {
        let monitor = Monitor::new(Rules::new([("*", 0)]), Deaf);
        let batch = format!("oslo/h/b {MARCH} 7\n{bad}\noslo/h/b {MARCH} 8\n");
        assert_eq!(
            monitor.ingest(&batch),
            Err(BadLine { number: 2 }),
            "`{bad}` is no reading"
        );
        assert_eq!(
            monitor.board().latest("oslo/h/b"),
            None,
            "nothing of a batch with a bad line is on the board, what came before it neither"
        );
    }
}
