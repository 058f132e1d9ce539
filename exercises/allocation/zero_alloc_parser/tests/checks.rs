//! What the shipper relies on for each line, and what a line may cost.

use std::fmt::{self, Write as _};

use probes::alloc::measure;
use zero_alloc_parser::fields;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// The fields of a line, and where it stops making sense, if it does.
fn read(line: &str) -> (Vec<(String, String)>, Option<usize>) {
    let mut found = Vec::new();
    let mut stopped = None;
    for field in fields(line) {
        assert_eq!(
            stopped, None,
            "`{line}`: after a problem there are no more fields, and no second problem"
        );
        match field {
            Ok(field) => found.push((field.key.to_owned(), field.value.to_string())),
            Err(malformed) => stopped = Some(malformed.at),
        }
    }
    (found, stopped)
}

#[track_caller]
fn check(line: &str, expected: &[(&str, &str)], stopped: Option<usize>, why: &str) {
    let (found, at) = read(line);
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert_eq!(found, expected, "the fields of `{line}`: {why}");
    assert_eq!(
        at, stopped,
        "the byte at which `{line}` stops making sense: {why}"
    );
}

#[test]
fn plain_fields_and_flags() {
    check("", &[], None, "an empty line has no fields");
    check("   ", &[], None, "spaces alone are no fields");
    check(
        "level=warn  status=504 retried ",
        &[("level", "warn"), ("status", "504"), ("retried", "true")],
        None,
        "any number of spaces parts fields, and a key alone is a flag",
    );
    check(
        "url=/find?q=a=b empty= last",
        &[("url", "/find?q=a=b"), ("empty", ""), ("last", "true")],
        None,
        "the first `=` ends the key, and a value may be empty",
    );
    check(
        r"dir=C:\new\temp",
        &[("dir", r"C:\new\temp")],
        None,
        "outside of quotes a backslash is a backslash",
    );
    check(
        "stadt=Köln 温度=12",
        &[("stadt", "Köln"), ("温度", "12")],
        None,
        "keys and values are text, not ASCII",
    );
}

#[test]
fn a_quoted_value_means_its_text() {
    check(
        r#"msg="slow query" q="" n="a=b""#,
        &[("msg", "slow query"), ("q", ""), ("n", "a=b")],
        None,
        "in quotes a space is part of the value",
    );
    check(
        r#"q="say \"hi\"" dir="C:\\new" end=1"#,
        &[("q", r#"say "hi""#), ("dir", r"C:\new"), ("end", "1")],
        None,
        "an escaped quote closes nothing, and an escaped backslash escapes nothing",
    );
    check(
        r#"a="one\ntwo\tthree" b="\u0041\u00e9\u001b[0m""#,
        &[("a", "one\ntwo\tthree"), ("b", "Aé\u{1b}[0m")],
        None,
        "line breaks, tabs and numbered characters mean what JSON says",
    );
    let line = r#"who="Zo\u00eb \\ \"Z\"""#;
    let field = fields(line)
        .next()
        .expect("one field")
        .expect("well formed");
    assert!(
        field.value == *r#"Zoë \ "Z""#,
        "`{line}`: a value is compared as the text that it means"
    );
    assert!(
        field.value != *r#"Zoë \ "Z"#,
        "`{line}`: a value is not equal to the first part of its text"
    );
    assert_eq!(
        field.value.chars().collect::<String>(),
        r#"Zoë \ "Z""#,
        "`{line}`: `chars` are those of the text that it means"
    );
}

#[test]
fn a_problem_is_found_where_it_is() {
    let a = [("a", "1")];
    check("a=1 =2 b=3", &a, Some(4), "a key is missing before `=`");
    check("a=1 \"b\"=2", &a, Some(4), "a key has no quotes");
    check("a=1 b\"c=2", &a, Some(5), "a key has no quote inside");
    check(
        "a=1 b=c\"d\" e=2",
        &a,
        Some(7),
        "a quote comes first or not at all",
    );
    check(
        "a=1 b=\"c d",
        &a,
        Some(6),
        "the quote that opens here is never closed",
    );
    check(
        "a=1 b=\"c\"d e=2",
        &a,
        Some(9),
        "after a quote is closed comes a space",
    );
    for bad in [r"\x", r"\u00g1", r"\u+041", r"\u12", r"\ud83d", r"\"] {
        check(
            &format!("a=1 é=\"c{bad}\" e=2"),
            &a,
            // `\"` escapes the quote that would close, so the next one closes nothing.
            Some(if bad == "\\" { 7 } else { 9 }),
            "an escape that does not exist is where its backslash is, and positions are in bytes",
        );
    }
}

/// Numbers that look random and are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u32) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (((self.0 >> 32) * u64::from(end)) >> 32) as usize
    }

    fn text(&mut self, alphabet: &[char], lengths: u32) -> String {
        let length = self.below(lengths);
        let mut character = || alphabet[self.below(alphabet.len() as u32)];
        (0..length).map(|_| character()).collect()
    }
}

/// A value as our own services write it.
fn written(text: &str) -> String {
    if !text.contains([' ', '"', '\n', '\\']) {
        return text.to_owned();
    }
    let mut written = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => written.extend(['\\', character]),
            '\n' => written.push_str(r"\n"),
            'u' => written.push_str(r"\u0075"),
            other => written.push(other),
        }
    }
    written + "\""
}

#[test]
fn whatever_is_written_is_read() {
    let mut numbers = Numbers(53);
    let keys: Vec<char> = "abc_.é".chars().collect();
    let values: Vec<char> = "ab=u \" \\ \n é 12".chars().collect();
    // Lines of up to 99 fields: there is no largest one.
    for round in 0..100 {
        let mut line = String::new();
        let mut expected = Vec::new();
        for _ in 0..round {
            let key = numbers.text(&keys, 5) + "k";
            let value = numbers.text(&values, 12);
            write!(line, "{key}={} ", written(&value)).expect("a String takes every write");
            expected.push((key, value));
        }
        let (found, stopped) = read(&line);
        assert_eq!(stopped, None, "every field of `{line}` is well formed");
        assert_eq!(
            found, expected,
            "a line of {round} fields is read as it was written: `{line}`"
        );
    }
}

/// Takes what is written and keeps its length.
struct Sink(usize);

impl fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

#[test]
fn five_hundred_lines_are_measured() {
    let mut log = Vec::new();
    for n in 0..100 {
        log.push(format!(
            "at=2026-03-01T10:00:{:02}Z level=info route=/v1/orders/{n} status=200 cached",
            n % 60
        ));
        log.push(format!(
            "level=warn msg=\"slow query\" took={n}ms tenant=acme"
        ));
        log.push(format!(
            r#"level=warn body="{{\"id\":{n},\"note\":\"a\\tb\"}}" agent="curl/8.5 \u00e9""#
        ));
        log.push(format!("level=error msg=\"cut off after {n}"));
        log.push(format!(r#"level=error path="C:\Users\{n}""#));
    }
    let mut sink = Sink(0);
    // All that the shipper does with a line: pick fields, compare, send on, and say what is wrong.
    let (counts, tally) = measure(|| {
        let (mut read, mut warned, mut malformed) = (0, 0, 0);
        for line in &log {
            for field in fields(line) {
                match field {
                    Ok(field) => {
                        read += 1;
                        if field.key == "level" && field.value == *"warn" {
                            warned += 1;
                        }
                        write!(sink, "{}", field.value).expect("a sink takes every write");
                    }
                    Err(problem) => {
                        malformed += 1;
                        write!(sink, "{problem}").expect("a sink takes every write");
                    }
                }
            }
        }
        (read, warned, malformed)
    });
    // Reported before the answer is judged: what it costs is known either way.
    probes::figures::report("allocations", tally.allocations);
    assert_eq!(
        counts,
        (1_400, 200, 200),
        "fields read, of these warnings, and problems: 100 times 5 + 4 + 3 + 1 + 1 fields, of which two \
         are warnings, and 2 lines that stop making sense"
    );
}
