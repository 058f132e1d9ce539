//! The same promises at values that the visible tests do not name.

use std::fmt::Write as _;

use borrow_dont_clone::{Entry, Index, Level};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// Five requests, ids of several lengths, and every seventh line belongs to the head above it.
fn nightly(lines: usize) -> String {
    let mut log = String::from("no head yet\n");
    for n in 0..lines {
        if n % 7 == 6 {
            log.push_str("\tcaused by: the disk is full\n");
        } else {
            let id = "batch-job".get(..4 + n % 5).expect("nine letters");
            writeln!(log, "3:00 eRRoR {id} step {n}, naïve – 12 µs").expect("a String takes it");
        }
    }
    log
}

#[test]
fn letters_of_several_bytes_are_kept() {
    let log = "überschrift\n9 WARN größe Stück für Stück\n…\n9 Error ü ✓\n é\n9 INFO größe –";
    let index = Index::build(log);
    assert_eq!(index.requests().collect::<Vec<_>>(), ["größe", "ü"]);
    assert_eq!(
        index.entries_of("größe").collect::<Vec<_>>(),
        [
            Entry {
                line: 2,
                level: Level::Warn,
                message: "Stück für Stück\n…"
            },
            Entry {
                line: 6,
                level: Level::Info,
                message: "–"
            },
        ]
    );
    assert_eq!(
        index.entries_of("ü").collect::<Vec<_>>(),
        [Entry {
            line: 4,
            level: Level::Error,
            message: "✓\n é"
        }]
    );
}

#[test]
fn a_head_is_told_by_its_four_parts() {
    let heads = [
        ("0 debug a  two spaces ", Level::Debug, " two spaces "),
        ("7pm dEBUG a x", Level::Debug, "x"),
        (
            "2026-03-01T10:00:00Z WARN a 1 INFO b c",
            Level::Warn,
            "1 INFO b c",
        ),
        ("1 error a ", Level::Error, ""),
    ];
    for (line, level, message) in heads {
        let index = Index::build(line);
        let entries: Vec<_> = index.entries_of("a").collect();
        assert_eq!(
            entries,
            [Entry {
                line: 1,
                level,
                message
            }],
            "{line:?}"
        );
    }
    for line in [
        "1 error a",
        "1\terror a x",
        "1 errors a x",
        "٣ info a x",
        "1 info  x",
        "- info a x",
    ] {
        let requests = Index::build(line).requests().count();
        assert_eq!(requests, 0, "{line:?} is no head");
    }
}

#[test]
fn another_log_is_not_copied_either() {
    let log = nightly(700);
    let inside = log.as_bytes().as_ptr_range();
    // Built elsewhere, from a text that lives on here: this compiles because the index borrows it.
    fn built(text: &str) -> Index<'_> {
        Index::build(text)
    }
    let index = built(&log);
    assert_eq!(index.requests().count(), 5);
    let mut found = 0;
    for request in index.requests() {
        assert!(inside.contains(&request.as_ptr()), "{request} is a copy");
        for entry in index.entries_of(request) {
            assert!(
                inside.contains(&entry.message.as_ptr()),
                "{entry:?} is a copy"
            );
            found += 1;
        }
    }
    assert_eq!(found, 600);
}

#[test]
fn further_lines_of_another_log_cost_nothing_of_their_own() {
    let allocations = |lines| {
        let log = nightly(lines);
        let (found, tally) = measure(|| {
            let index = Index::build(&log);
            index.entries_of("batch").count() + index.entries_of("batch-jo").count()
        });
        assert!(found > lines / 4, "{found} entries in {lines} lines");
        tally.allocations
    };
    let (first, both) = (allocations(7_000), allocations(14_000));
    assert!(
        both - first <= 1_400,
        "{} allocations for 7,000 further lines",
        both - first
    );
}

#[test]
fn longer_lines_of_another_log_cost_nothing() {
    let cost = |more: &str| {
        let mut log = String::new();
        for n in 0..300 {
            writeln!(log, "1 WARN {n:03}{more} a{more}\n\n{more}b").expect("a String takes it");
        }
        measure(|| Index::build(&log).requests().count())
    };
    assert_eq!(cost(""), cost(&"long ".repeat(40).replace(' ', "-")));
}
