//! What the on-call engineer relies on, and what it may cost.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use borrow_dont_clone::{Entry, Index, Level};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// The log of a small incident: heads of three requests, and lines that belong to the head above them.
const INCIDENT: &str = "\
-- log opened --
10:00:01 INFO r-17 POST /v1/orders
10:00:02 info r-18 GET /v1/orders/4
10:00:02 Warn r-17 stock service slow
  retrying in 50 ms
10:00:03 INFO r-18 200 in 12 ms
10:00:04 ERROR r-17 no answer
  at stock::reserve (stock.rs:88)

caused by error of the pool
10:00:05 debug r-19 pool has 0 of 8 free
";

fn entry(line: usize, level: Level, message: &str) -> Entry<'_> {
    Entry {
        line,
        level,
        message,
    }
}

fn entries<'i>(index: &'i Index<'_>, request: &str) -> Vec<Entry<'i>> {
    index.entries_of(request).collect()
}

/// A log of `lines` lines about 24 requests. Every tenth line belongs to the head above it.
fn busy(lines: usize) -> String {
    let mut log = String::new();
    for n in 0..lines {
        if n % 10 == 9 {
            log.push_str("  at stock::reserve (stock.rs:88)\n");
        } else {
            let level = ["INFO", "debug", "Info", "WARN"][n % 4];
            writeln!(
                log,
                "10:{:02}:{:02} {level} r-{:02} step {n} of the order",
                n / 60 % 60,
                n % 60,
                n * 7 % 24
            )
            .expect("a String takes every write");
        }
    }
    log
}

/// A log in which each of `requests` requests has one entry of two lines. `padding` makes each id, and
/// each of the two lines, that many bytes longer.
fn one_each(requests: usize, padding: usize) -> String {
    let more = "x".repeat(padding);
    let mut log = String::new();
    for n in 0..requests {
        writeln!(
            log,
            "10:00:00 INFO r-{n:04}{more} began{more}\n  and ended{more}"
        )
        .expect("a String takes every write");
    }
    log
}

/// Whether `part` lies inside `text` in memory, and is not a copy from elsewhere.
fn lies_in(text: &str, part: &str) -> bool {
    let (text, part) = (
        text.as_bytes().as_ptr_range(),
        part.as_bytes().as_ptr_range(),
    );
    text.start <= part.start && part.end <= text.end
}

#[test]
fn a_request_has_its_entries_in_order() {
    let index = Index::build(INCIDENT);
    let r_18 = [
        entry(3, Level::Info, "GET /v1/orders/4"),
        entry(6, Level::Info, "200 in 12 ms"),
    ];
    assert_eq!(entries(&index, "r-18"), r_18, "the entries of r-18");
    let r_19 = [entry(11, Level::Debug, "pool has 0 of 8 free")];
    assert_eq!(entries(&index, "r-19"), r_19, "the entries of r-19");
    assert_eq!(
        entries(&index, "r-1"),
        [],
        "r-1 is no request of this log, although r-17 begins with it"
    );
    assert_eq!(index.text(), INCIDENT, "the text that was indexed");
}

#[test]
fn the_lines_below_a_head_belong_to_its_entry() {
    let index = Index::build(INCIDENT);
    assert_eq!(
        entries(&index, "r-17"),
        [
            entry(2, Level::Info, "POST /v1/orders"),
            entry(4, Level::Warn, "stock service slow\n  retrying in 50 ms"),
            entry(
                7,
                Level::Error,
                "no answer\n  at stock::reserve (stock.rs:88)\n\ncaused by error of the pool"
            ),
        ],
        "a message goes on to the line before the next head: what is below `no answer` tells why"
    );

    // No line break at the end of the text, one, or two: an empty last line.
    for (end, message) in [("", "a\n b"), ("\n", "a\n b"), ("\n\n", "a\n b\n")] {
        let log = format!("10:00:01 INFO r-1 a\n b{end}");
        assert_eq!(
            entries(&Index::build(&log), "r-1"),
            [entry(1, Level::Info, message)],
            "{log:?}: a message ends before the line break that ends its last line"
        );
    }
}

#[test]
fn a_line_that_only_looks_like_a_head_is_none() {
    for line in [
        "10:00:02 INFO r-1",
        "10:00:02 INFO  r-1",
        "10:00:02  INFO r-1 b",
        "10:00:02 FATAL r-1 b",
        "because ERROR r-1 b",
        " 10:00:02 INFO r-1 b",
    ] {
        let log = format!("10:00:01 INFO r-1 a\n{line}\n10:00:03 INFO r-1 c\n");
        let message = format!("a\n{line}");
        assert_eq!(
            entries(&Index::build(&log), "r-1"),
            [entry(1, Level::Info, &message), entry(3, Level::Info, "c")],
            "`{line}` is no head, so it belongs to the entry above it"
        );
    }
    // This one is a head: its message is there, and empty.
    assert_eq!(
        entries(&Index::build("10:00:01 Info r-1 \n  b\n"), "r-1"),
        [entry(1, Level::Info, "\n  b")]
    );
}

#[test]
fn requests_come_in_the_order_of_their_first_entries() {
    let index = Index::build(INCIDENT);
    let requests: Vec<&str> = index.requests().collect();
    assert_eq!(requests, ["r-17", "r-18", "r-19"]);
    for nothing in ["", "\n", "no head\n  anywhere\n"] {
        let requests = Index::build(nothing).requests().count();
        assert_eq!(requests, 0, "{nothing:?} has no entry");
    }
}

#[test]
fn answers_are_parts_of_the_text() {
    let log = busy(200);
    let index = Index::build(&log);
    assert!(
        lies_in(&log, index.text()),
        "text() is a copy of the text that was given to build"
    );
    for request in index.requests() {
        assert!(
            lies_in(&log, request),
            "requests() answers a copy of {request:?}; the text has it, and outlives the index"
        );
        for entry in index.entries_of(request) {
            assert!(
                lies_in(&log, entry.message),
                "the message of line {} is a copy: {:?}; the text has it, and outlives the index",
                entry.line,
                entry.message
            );
        }
    }
}

#[test]
fn longer_ids_and_messages_cost_nothing() {
    let cost = |padding| {
        let log = one_each(500, padding);
        let (index, tally) = measure(|| Index::build(&log));
        assert_eq!(index.requests().count(), 500);
        (log.len(), tally)
    };
    let ((short_text, short), (long_text, long)) = (cost(0), cost(200));
    assert_eq!(
        long,
        short,
        "two logs of 500 entries each, and ids and messages of the second have {} bytes more: an index \
         that points into the text costs the same (left: the longer one)",
        long_text - short_text
    );
}

#[test]
fn asking_allocates_nothing() {
    let log = busy(200);
    let index = Index::build(&log);
    for request in ["r-07", "r-18", "nobody"] {
        let expected = log.matches(&format!(" {request} ")).count();
        let (found, tally) = measure(|| index.entries_of(request).count());
        assert_eq!(found, expected, "entries of {request}");
        assert_eq!(
            tally.allocations, 0,
            "entries_of({request:?}) compares the id that it is lent; it needs none of its own"
        );
    }
    let (_, tally) = measure(|| index.requests().count());
    assert_eq!(tally.allocations, 0, "requests() hands out what is there");
}

#[test]
fn a_look_up_is_not_a_search() {
    let time = |index: &Index<'_>| {
        let start = Instant::now();
        for _ in 0..10 {
            assert_eq!(index.entries_of(black_box("wanted")).count(), 1);
        }
        start.elapsed()
    };
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let log = |lines| busy(lines) + "10:59:59 INFO wanted here\n";
    let (short, long) = (log(100), log(3_200));
    let (small, large) = (Index::build(&short), Index::build(&long));
    let pairs = (0..31).map(|_| (time(&small), time(&large)));
    let (of_small, of_large): (Vec<_>, Vec<_>) = pairs.unzip();
    // Next to nothing counts as 5 µs, so that no clock is asked for more than it can tell.
    let of_small = median(of_small).max(Duration::from_micros(5));
    let of_large = median(of_large);
    assert!(
        of_large < of_small * 6,
        "finding the one entry of a request took {of_small:?} among 100 lines and {of_large:?} among \
         3,200 (ten times, median of 31): a look-up must not go through the other requests"
    );
}

#[test]
fn further_lines_are_measured() {
    let build_and_ask = |lines| {
        let log = busy(lines);
        let (found, tally) = measure(|| {
            let index = Index::build(&log);
            (0..24)
                .map(|n| index.entries_of(&format!("r-{n:02}")).count())
                .sum::<usize>()
        });
        (found, tally.allocations)
    };
    let (found, first) = build_and_ask(2_000);
    let (found_in_both, both) = build_and_ask(4_000);
    // Reported before the answers are judged: what they cost is known either way.
    probes::figures::report("further", both.saturating_sub(first));
    assert_eq!(
        (found, found_in_both),
        (1_800, 3_600),
        "nine of ten lines are heads, of 24 requests"
    );
}
