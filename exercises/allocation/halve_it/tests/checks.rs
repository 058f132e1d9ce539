//! What billing relies on, and what it may cost.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, BufReader, Read};

use halve_it::{Summary, Usage, summarise};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

fn usage(requests: u64, bytes: u64, latest: &str) -> Usage {
    Usage {
        requests,
        bytes,
        latest: latest.to_owned(),
    }
}

fn tenants<const N: usize>(of: [(&str, Usage); N]) -> BTreeMap<String, Usage> {
    of.map(|(tenant, usage)| (tenant.to_owned(), usage)).into()
}

/// The summary of a log that can be read to its end.
fn summary(log: &str) -> Summary {
    summarise(log.as_bytes()).unwrap_or_else(|e| panic!("reading from memory failed: {e}"))
}

/// A log of ordinary lines in the order of time, and what billing has to make of it.
fn ordinary(lines: u64) -> (String, Summary) {
    let mut log = String::new();
    let mut expected = Summary::default();
    for n in 0..lines {
        // Neighbouring lines are of different tenants.
        let tenant = format!("tenant-{:02}", n * 7 % 24);
        let bytes = 200 + n * 37 % 9_000;
        let at = format!(
            "2026-03-01T{:02}:{:02}:{:02}Z",
            n / 3600 % 24,
            n / 60 % 60,
            n % 60
        );
        writeln!(
            log,
            r#"{{"at":"{at}","tenant":"{tenant}","route":"/v1/orders","status":200,"bytes":{bytes}}}"#
        )
        .expect("a String takes every write");
        let usage = expected.tenants.entry(tenant).or_default();
        usage.requests += 1;
        usage.bytes += bytes;
        usage.latest = at;
    }
    (log, expected)
}

#[test]
fn each_tenant_gets_its_totals() {
    // Lines of several machines, merged: not in the order of time. The last one has no line break.
    let log = r#"{"at":"2026-03-01T10:00:02Z","tenant":"acme","bytes":500}
{"tenant":"birch","bytes":20,"at":"2026-03-01T10:00:03Z","route":"/v1/orders","tags":["eu","new"]}
{"at":"2026-03-01T10:00:01Z","tenant":"acme","bytes":250}
{"at":"2026-03-01T10:00:09Z","tenant":"birch","bytes":0}
{"at":"2026-03-01T10:00:04Z","tenant":"birch","bytes":7}"#;
    assert_eq!(
        summary(log),
        Summary {
            tenants: tenants([
                ("acme", usage(2, 750, "2026-03-01T10:00:02Z")),
                ("birch", usage(3, 27, "2026-03-01T10:00:09Z")),
            ]),
            malformed: vec![],
        },
        "all five lines are events; `latest` is the greatest time, not that of the last line"
    );
}

#[test]
fn a_malformed_line_is_reported_by_number() {
    let log = r#"{"at":"2026-03-01T10:00:01Z","tenant":"acme","bytes":1}
{"at":"2026-03-01T10:00:02Z","tenant":"acme","byt

{"at":"2026-03-01T10:00:03Z","tenant":"acme","bytes":2}
{"at":"2026-03-01T10:00:04Z","bytes":4}
{"at":"2026-03-01T10:00:05Z","tenant":"acme","bytes":-8}
{"at":"2026-03-01T10:00:06Z","tenant":"acme","bytes":16}
"#;
    let summary = summary(log);
    assert_eq!(
        summary.malformed,
        [2, 3, 5, 6],
        "line 2 is cut off, 3 is empty, 5 has no tenant, 6 has negative bytes; the others are events"
    );
    assert_eq!(
        summary.tenants,
        tenants([("acme", usage(3, 19, "2026-03-01T10:00:06Z"))]),
        "the lines beside a malformed one count in full"
    );
}

#[test]
fn an_escaped_string_means_its_text() {
    // The same two strings, written by libraries that escape `&` and `+`, and by one that does not.
    let log = r#"{"at":"2026-03-01T10:00:01+00:00","tenant":"Hill & Dale","bytes":1}
{"at":"2026-03-01T10:00:02+00:00","tenant":"Hill \u0026 Dale","bytes":2}
{"at":"2026-03-01T10:00:03\u002B00:00","tenant":"Hill & Dale","bytes":4}
"#;
    let summary = summary(log);
    assert_eq!(
        summary.malformed, [0_u64; 0],
        "JSON may write any character as an escape: such a line is an event like any other"
    );
    assert_eq!(
        summary.tenants,
        tenants([("Hill & Dale", usage(3, 7, "2026-03-01T10:00:03+00:00"))]),
        "one tenant, whichever way its name is written"
    );
}

#[test]
fn an_error_of_the_input_is_returned() {
    /// Fails where the other end of a connection would be gone.
    struct Gone;
    impl Read for Gone {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    let (log, _) = ordinary(3);
    let cut_off = BufReader::new(log.as_bytes().chain(Gone));
    match summarise(cut_off) {
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::ConnectionReset),
        Ok(summary) => panic!(
            "the connection was reset after 3 lines, and half a log must not pass for a whole one: \
             {summary:?}"
        ),
    }
}

#[test]
fn memory_does_not_grow_with_the_log() {
    let peak = |lines| {
        let (log, _) = ordinary(lines);
        measure(|| summary(&log)).1.peak_bytes
    };
    let (short, long) = (peak(2_000), peak(10_000));
    assert!(
        long < short + 4_096,
        "logs are larger than memory: the peak was {short} bytes for 2,000 lines \
         and {long} for 10,000 lines of the same tenants"
    );
}

#[test]
fn two_thousand_lines_are_measured() {
    let (log, expected) = ordinary(2_000);
    let (summary, tally) = measure(|| summary(&log));
    // Reported before the answer is judged: what it costs is known either way.
    probes::figures::report("allocations", tally.allocations);
    assert_eq!(
        summary.malformed.len(),
        0,
        "2,000 ordinary lines, and every one is an event"
    );
    assert_eq!(summary.tenants, expected.tenants);
}
