//! The same promises at values that the visible tests do not name.

use std::fmt::Write as _;

use halve_it::{Summary, summarise};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

fn summary(log: &str) -> Summary {
    summarise(log.as_bytes()).unwrap_or_else(|e| panic!("reading from memory failed: {e}"))
}

/// Lines with more members than the summary needs, three tenants, `seconds` of one day.
fn wide(seconds: u64) -> String {
    let mut log = String::new();
    for n in 0..seconds {
        let tenant = ["north", "south", "a tenant with a rather long name"][(n * 7 % 3) as usize];
        writeln!(
            log,
            r#"{{"route":"/v2/invoices/{n}","tags":["eu","batch"],"bytes":{n},"agent":"curl/8.5","tenant":"{tenant}","at":"2026-07-14T{:02}:{:02}:{:02}.125Z"}}"#,
            n / 3600 % 24,
            n / 60 % 60,
            n % 60
        )
        .expect("a String takes every write");
    }
    log
}

#[test]
fn another_log_stays_within_half_too() {
    let lines = 3_000;
    let log = wide(lines);
    let (summary, tally) = measure(|| summary(&log));
    assert_eq!(summary.tenants.len(), 3, "{:?}", summary.tenants.keys());
    assert_eq!(summary.tenants["north"].requests, lines / 3);
    assert_eq!(summary.tenants["north"].latest, "2026-07-14T00:49:57.125Z");
    // The starter makes five for each of these lines.
    let half = lines * 5 / 2;
    assert!(
        tally.allocations <= half,
        "{} allocations for {lines} lines, more than {half}",
        tally.allocations
    );
}

#[test]
fn memory_follows_neither_lines_nor_times() {
    let peak = |lines| {
        let log = wide(lines);
        measure(|| summary(&log)).1.peak_bytes
    };
    let (short, long) = (peak(3_000), peak(9_000));
    assert!(
        long < short + 4_096,
        "{short} bytes at the peak of 3,000 lines, {long} at that of 9,000"
    );
}

#[test]
fn every_escape_is_understood() {
    let log = r#"{"at":"2026-03-01T10:00:01Z","tenant":"eu\/acme","bytes":1}
{"at":"2026-03-01T10:00:02Z","tenant":"eu/acme","bytes":2}
{"at":"2026-03-01T10:00:03\u005a","tenant":"\u0065u/acme","bytes":4}
{"at":"2026-03-01T10:00:00Z","tenant":"say \"hi\"","bytes":8}
{"at":"2026-03-01T10:00:00Z","tenant":"caf\u00e9","bytes":16}
{"at":"2026-03-01T10:00:00Z","tenant":"café","bytes":32}
"#;
    let summary = summary(log);
    assert_eq!(summary.malformed, [0_u64; 0], "every line is an event");
    let bytes: Vec<_> = summary
        .tenants
        .iter()
        .map(|(tenant, usage)| (tenant.as_str(), usage.bytes, usage.latest.as_str()))
        .collect();
    assert_eq!(
        bytes,
        [
            ("café", 48, "2026-03-01T10:00:00Z"),
            ("eu/acme", 7, "2026-03-01T10:00:03Z"),
            ("say \"hi\"", 8, "2026-03-01T10:00:00Z"),
        ]
    );
}

#[test]
fn the_edges_of_a_log() {
    assert_eq!(summary(""), Summary::default(), "an empty log");
    assert_eq!(summary("\n").malformed, [1], "one empty line");

    let event = r#"{"at":"2026-03-01T10:00:01Z","tenant":"acme","bytes":3}"#;
    for log in [
        format!("{event}\nnot an event"),
        format!("{event}\r\nnot an event\r\n"),
    ] {
        let summary = summary(&log);
        assert_eq!(summary.malformed, [2], "{log:?}");
        assert_eq!(summary.tenants["acme"].bytes, 3, "{log:?}");
    }
}
