//! What comes in, what is told of the rest, and when an import ends early.

use std::cell::Cell;
use std::collections::VecDeque;
use std::fmt::Write;
use std::io::{self, BufRead, ErrorKind, Read};

use partial_results::{Cause, Import, Limits, Reading, Reason, Rejected, Stopped, import};

const PATIENT: Limits = Limits {
    rejected: 100,
    told: 100,
};

fn reading(meter: u32, watt_hours: u64) -> Reading {
    Reading { meter, watt_hours }
}

/// A list that comes in pieces, and counts how many of them were asked for.
struct Pieces<'t> {
    pieces: VecDeque<Result<&'t [u8], ErrorKind>>,
    asked: &'t Cell<usize>,
    fresh: bool,
}

impl<'t> Pieces<'t> {
    fn new(
        asked: &'t Cell<usize>,
        pieces: impl IntoIterator<Item = Result<&'t [u8], ErrorKind>>,
    ) -> Self {
        Self {
            pieces: pieces.into_iter().collect(),
            asked,
            fresh: true,
        }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Pieces<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Some(&Err(kind)) = self.pieces.front() {
            return Err(kind.into());
        }
        self.asked.set(self.asked.get() + usize::from(self.fresh));
        self.fresh = false;
        match self.pieces.front() {
            Some(Ok(piece)) => Ok(piece),
            _ => Ok(&[]),
        }
    }

    fn consume(&mut self, count: usize) {
        if let Some(Ok(piece)) = self.pieces.front_mut() {
            *piece = &piece[count..];
            if piece.is_empty() {
                self.pieces.pop_front();
                self.fresh = true;
            }
        }
    }
}

fn stopped(answer: Result<Import, Stopped>) -> Stopped {
    match answer {
        Ok(import) => panic!("this list can't be imported to its end, and gave {import:?}"),
        Err(stopped) => stopped,
    }
}

#[test]
fn one_bad_line_of_ten_thousand_costs_one_reading() {
    let mut list = String::new();
    for meter in 1..=10_000 {
        let watt_hours = if meter == 7_000 { "n/a" } else { "250" };
        writeln!(list, "{meter};{watt_hours}").expect("writing to a string");
    }
    let import = import(list.as_bytes(), &PATIENT)
        .unwrap_or_else(|stopped| panic!("one bad line of 10,000 stopped the import: {}", stopped));
    assert_eq!(import.readings.len(), 9_999, "readings beside one bad line");
    assert_eq!(import.readings.last(), Some(&reading(10_000, 250)));
    let told: Vec<(usize, &str)> = import
        .rejected
        .iter()
        .map(|rejected| (rejected.line, rejected.text.as_str()))
        .collect();
    assert_eq!(
        told,
        [(7_000, "7000;n/a")],
        "the bad line, by number and text"
    );
}

#[test]
fn each_bad_line_is_told_with_its_reason() {
    let list = "12;100\n12\n12;100;kWh\n;100\ntwelve;100\n12;\n12;-1\n4294967296;1\n13;200";
    let number = |text: &str| text.parse::<u32>().expect_err("no number");
    let import = import(list.as_bytes(), &PATIENT)
        .unwrap_or_else(|stopped| panic!("a hundred bad lines were allowed: {stopped}"));
    let told = |line, text: &str, reason| Rejected {
        line,
        text: text.to_owned(),
        reason,
    };
    assert_eq!(
        import,
        Import {
            readings: vec![reading(12, 100), reading(13, 200)],
            rejected: vec![
                told(2, "12", Reason::Fields(1)),
                told(3, "12;100;kWh", Reason::Fields(3)),
                told(4, ";100", Reason::Meter(number(""))),
                told(5, "twelve;100", Reason::Meter(number("twelve"))),
                told(6, "12;", Reason::WattHours(number(""))),
                told(7, "12;-1", Reason::WattHours(number("x"))),
                told(8, "4294967296;1", Reason::Meter(number("4294967296"))),
            ],
            not_told: 0,
        }
    );
}

#[test]
fn a_line_that_is_not_utf8_is_one_bad_line() {
    let answer = import(b"1;10\n2;2\xff\n3;30\n".as_slice(), &PATIENT);
    let import = answer.unwrap_or_else(|stopped| {
        panic!("two bytes that are no text are line 2's fault and no other's: {stopped}")
    });
    assert_eq!(import.readings, [reading(1, 10), reading(3, 30)]);
    assert_eq!(
        import.rejected,
        [Rejected {
            line: 2,
            text: "2;2\u{fffd}".to_owned(),
            reason: Reason::Encoding,
        }]
    );
}

#[test]
fn every_line_counts_and_empty_ones_say_nothing() {
    let list = "\r\n1;10\r\n\n\nbad\r\n2;20";
    let (good, line, text) = match import(list.as_bytes(), &PATIENT) {
        Ok(import) => (
            import.readings,
            import.rejected[0].line,
            import.rejected[0].text.clone(),
        ),
        Err(stopped) => panic!("one line of this list is bad, and a hundred may be: {stopped}"),
    };
    assert_eq!(good, [reading(1, 10), reading(2, 20)]);
    assert_eq!(
        (line, text.as_str()),
        (5, "bad"),
        "an editor shows `bad` in line 5, and the line's end is no part of it"
    );
}

#[test]
fn what_came_before_a_broken_read_is_kept() {
    // InvalidData may be the reader's own word: a gzip stream whose checksum is wrong, for example.
    for kind in [ErrorKind::ConnectionReset, ErrorKind::InvalidData] {
        let asked = Cell::new(0);
        let pieces = [Ok(b"1;10\nbad\n2;20\n3;".as_slice()), Err(kind)];
        let stopped = stopped(import(Pieces::new(&asked, pieces), &PATIENT));
        assert!(
            matches!(&stopped.cause, Cause::Read(error) if error.kind() == kind),
            "the reader said {kind:?}, and the cause is {:?}",
            stopped.cause
        );
        assert_eq!(
            (stopped.so_far.readings, stopped.so_far.rejected.len()),
            (vec![reading(1, 10), reading(2, 20)], 1),
            "(readings, rejected lines) that had come in whole before the reader said {kind:?}"
        );
    }
}

#[test]
fn one_rejected_line_too_many_stops_at_once() {
    let limits = Limits {
        rejected: 2,
        told: 100,
    };
    let asked = Cell::new(0);
    let pieces = |lines: &[&'static str]| -> Vec<Result<&'static [u8], ErrorKind>> {
        lines.iter().map(|line| Ok(line.as_bytes())).collect()
    };
    let two = pieces(&["1;10\n", "bad\n", "worse\n", "2;20\n"]);
    let import_of_two = import(Pieces::new(&asked, two), &limits);
    assert_eq!(
        import_of_two
            .map(|import| (import.readings.len(), import.rejected.len()))
            .ok(),
        Some((2, 2)),
        "(readings, rejected lines) where two bad ones are allowed and two are there"
    );

    asked.set(0);
    let three = pieces(&[
        "1;10\n", "bad\n", "worse\n", "2;20\n", "worst\n", "3;30\n", "4;40\n",
    ]);
    let stopped = stopped(import(Pieces::new(&asked, three), &limits));
    assert!(
        matches!(stopped.cause, Cause::TooManyRejected),
        "{stopped:?}"
    );
    assert_eq!(
        (stopped.so_far.readings.len(), stopped.so_far.rejected.len()),
        (2, 3),
        "(readings, rejected lines) up to and including the third bad line"
    );
    assert_eq!(
        asked.get(),
        5,
        "lines that were asked for: the third bad line is the fifth, and what follows is not read"
    );
}

#[test]
fn no_more_is_told_than_the_limit_and_all_is_counted() {
    let list = "bad\n".repeat(30) + "1;10\n";
    for (told, expected) in [(3, (3, 27)), (0, (0, 30)), (30, (30, 0)), (31, (30, 0))] {
        let limits = Limits { rejected: 30, told };
        let found = import(list.as_bytes(), &limits)
            .map(|import| (import.rejected.len(), import.not_told))
            .map_err(|stopped| stopped.to_string());
        assert_eq!(
            found,
            Ok(expected),
            "(told, not told) of thirty bad lines, where {told} may be told and thirty rejected"
        );
    }
    let limits = Limits {
        rejected: 5,
        told: 2,
    };
    let so_far = stopped(import(list.as_bytes(), &limits)).so_far;
    assert_eq!(
        (so_far.rejected.len(), so_far.not_told),
        (2, 4),
        "(told, not told): lines that are not told count towards the limit of five all the same"
    );
}
