//! What the proxy's tables rely on, and what a request may cost.

use cow_normalize::{name, value};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

#[test]
fn names_are_lower_case() {
    for (sent, expected) in [
        ("accept", "accept"),
        ("Content-Type", "content-type"),
        ("X-REQUEST-ID", "x-request-id"),
        ("sec-WebSocket-key", "sec-websocket-key"),
        ("etaG", "etag"),
        ("", ""),
        ("x-größe", "x-größe"),
        ("X-GRÖSSE", "x-grÖsse"),
    ] {
        assert_eq!(
            &*name(sent),
            expected,
            "{sent:?}: A to Z become a to z, and every other byte stays"
        );
    }
}

#[test]
fn values_have_single_spaces_inside() {
    for (sent, expected) in [
        ("gzip", "gzip"),
        ("gzip, br", "gzip, br"),
        ("  gzip, br\t", "gzip, br"),
        ("gzip,   br", "gzip, br"),
        ("gzip,\tbr", "gzip, br"),
        ("text/html;\r\n charset=utf-8", "text/html; charset=utf-8"),
        ("a b  c\td \t e", "a b c d e"),
        ("a\n", "a"),
        ("", ""),
        (" \t\r\n", ""),
        // White space to `char::is_whitespace`, and ordinary text to HTTP.
        ("50\u{a0}000 €", "50\u{a0}000 €"),
        (
            "\u{a0}x\u{2003}\u{2003}y\u{a0}",
            "\u{a0}x\u{2003}\u{2003}y\u{a0}",
        ),
    ] {
        assert_eq!(
            &*value(sent),
            expected,
            "{sent:?}: a run of spaces, tabs, \\r and \\n is one space, or nothing at either end, and \
             every other character stays"
        );
    }
}

#[test]
fn what_is_in_order_is_not_copied() {
    for sent in ["accept", "x-request-id", "x-größe", "a"] {
        let (same, tally) = measure(|| std::ptr::eq(&*name(sent), sent));
        assert!(
            same && tally.allocations == 0,
            "the name {sent:?} is in lower case already, and came back as a copy ({} allocations)",
            tally.allocations
        );
    }
    for sent in ["gzip", "gzip, br", "a b c d e f", "50\u{a0}000", "größe 3"] {
        let (same, tally) = measure(|| std::ptr::eq(&*value(sent), sent));
        assert!(
            same && tally.allocations == 0,
            "the value {sent:?} is tidy already, and came back as a copy ({} allocations)",
            tally.allocations
        );
    }
}

#[test]
fn untidy_ends_are_cut_not_copied() {
    for (sent, from, to) in [
        (" gzip", 1, 5),
        ("gzip, br\r\n", 0, 8),
        ("\t \tgzip, br  ", 3, 11),
        (" a ", 1, 2),
    ] {
        let (same, tally) = measure(|| std::ptr::eq(&*value(sent), &sent[from..to]));
        assert!(
            same && tally.allocations == 0,
            "the value of {sent:?} lies in it, from byte {from} to {to}, and came back as a copy \
             ({} allocations)",
            tally.allocations
        );
    }
    for sent in ["", "  ", "\t\r\n"] {
        let (empty, tally) = measure(|| value(sent).is_empty());
        assert!(
            empty && tally.allocations == 0,
            "nothing is left of {sent:?}, and that took {} allocations",
            tally.allocations
        );
    }
}

#[test]
fn what_is_changed_is_copied_once() {
    let long = "word \t ".repeat(200);
    for sent in ["a  b", "gzip,\tbr", "text/html;\r\n charset=utf-8", &long] {
        let (_, tally) = measure(|| value(sent));
        assert_eq!(
            tally.allocations,
            1,
            "the value that begins {:?} ({} bytes) has to change: one String, large enough from the start",
            &sent[..4],
            sent.len()
        );
    }
    for sent in ["Accept", "X-Request-Id", "etaG"] {
        let (_, tally) = measure(|| name(sent));
        assert_eq!(
            tally.allocations, 1,
            "the name {sent:?} has to change: one String"
        );
    }
}

#[test]
fn a_thousand_headers_are_measured() {
    let headers: Vec<(&str, &str)> = (0..1_000)
        .map(|n| match n % 20 {
            7 => ("User-Agent", "curl/8.5.0"),
            n if n % 3 == 0 => ("accept-encoding", " gzip, br, zstd"),
            _ => ("x-forwarded-for", "203.0.113.7, 198.51.100.2"),
        })
        .collect();
    let (bytes, tally) = measure(|| {
        headers
            .iter()
            .map(|(n, v)| name(n).len() + value(v).len())
            .sum::<usize>()
    });
    probes::figures::report("allocations", tally.allocations);
    let expected: usize = headers.iter().map(|(n, v)| n.len() + v.trim().len()).sum();
    assert_eq!(bytes, expected, "bytes of 1,000 names and values");
}
