//! What a caller learns from a failed import without reading its text, and what a person learns from the text.

use std::error::Error;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::iter;
use std::num::{IntErrorKind, ParseIntError};

use error_enum::{ImportError, Item, PriceError, import};

/// Lists that are not imported, each with a name.
const BAD: [(&str, &str); 7] = [
    ("two fields", "bolt;10;5 EUR\nnut;20"),
    ("four fields", "bolt;10;5 EUR;red"),
    (
        "a quantity in words",
        "bolt;10;5 EUR\nnut;20;4 EUR\nscrew;dozen;9 EUR",
    ),
    ("a quantity that is too large", "bolt;5000000000;5 EUR"),
    ("a price in dollars", "bolt;10;799 USD"),
    ("a price with a comma", "bolt;10;5 EUR\nnut;20;4,50 EUR"),
    (
        "an item twice",
        "bolt;10;5 EUR\nnut;20;4 EUR\nbolt;11;5 EUR",
    ),
];

fn failure(list: &str) -> ImportError {
    match import(list.as_bytes()) {
        Ok(items) => panic!("{list:?} is no good list, and gave {items:?}"),
        Err(error) => error,
    }
}

/// The failure of the list that has this name.
fn named(name: &str) -> ImportError {
    let (_, list) = BAD
        .iter()
        .find(|(known, _)| *known == name)
        .expect("the table has this name");
    failure(list)
}

/// The error itself and all its causes, outermost first.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> Vec<&'e (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| error.source()).collect()
}

fn texts(error: &(dyn Error + 'static)) -> Vec<String> {
    chain(error).iter().map(ToString::to_string).collect()
}

/// What the storage says when the network is gone.
#[derive(Debug)]
struct Unplugged;

impl fmt::Display for Unplugged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the cable is out")
    }
}

impl Error for Unplugged {}

/// One good line, and then an error.
struct BreaksOff {
    sent: bool,
}

impl Read for BreaksOff {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.sent {
            return Err(io::Error::new(io::ErrorKind::ConnectionReset, Unplugged));
        }
        self.sent = true;
        b"bolt;10;5 EUR\n".as_slice().read(buffer)
    }
}

fn broken_off() -> ImportError {
    import(BufReader::new(BreaksOff { sent: false })).expect_err("the second line never came")
}

#[test]
fn each_failure_is_a_variant_with_its_line() {
    // What the caller decides by: it sends the line back to the supplier, or tries again.
    let found = BAD.map(|(name, list)| {
        let place = match failure(list) {
            ImportError::Fields { line, .. } => ("fields", line),
            ImportError::Quantity { line, .. } => ("quantity", line),
            ImportError::Price { line, .. } => ("price", line),
            ImportError::Duplicate { line, .. } => ("duplicate", line),
            ImportError::Read(..) => ("read", 0),
        };
        (name, place)
    });
    assert_eq!(
        found,
        [
            ("two fields", ("fields", 2)),
            ("four fields", ("fields", 1)),
            ("a quantity in words", ("quantity", 3)),
            ("a quantity that is too large", ("quantity", 1)),
            ("a price in dollars", ("price", 1)),
            ("a price with a comma", ("price", 2)),
            ("an item twice", ("duplicate", 3)),
        ]
    );
    assert!(
        matches!(broken_off(), ImportError::Read(..)),
        "a list that breaks off is not the supplier's fault"
    );
}

#[test]
fn the_cause_of_a_bad_number_is_the_parsers_own_error() {
    for (name, kind) in [
        ("a quantity in words", IntErrorKind::InvalidDigit),
        ("a quantity that is too large", IntErrorKind::PosOverflow),
    ] {
        let error = named(name);
        let causes = &chain(&error)[1..];
        assert_eq!(causes.len(), 1, "{name}: causes of {error:?}");
        let cause = causes[0].downcast_ref::<ParseIntError>();
        assert_eq!(
            cause.map(ParseIntError::kind),
            Some(&kind),
            "{name}: `source` answers the parser's error itself, so that a caller can ask what kind it is"
        );
    }
}

#[test]
fn a_price_that_is_none_has_the_price_error_between() {
    let error = named("a price with a comma");
    let causes = &chain(&error)[1..];
    let found: Vec<(bool, bool)> = causes
        .iter()
        .map(|cause| (cause.is::<PriceError>(), cause.is::<ParseIntError>()))
        .collect();
    assert_eq!(
        found,
        [(true, false), (false, true)],
        "(is a PriceError, is a ParseIntError) for each cause of {error:?}: no layer is left out"
    );

    let error = named("a price in dollars");
    let causes = &chain(&error)[1..];
    let found: Vec<bool> = causes
        .iter()
        .map(|cause| cause.is::<PriceError>())
        .collect();
    assert_eq!(
        found,
        [true],
        "a wrong currency has no number to blame: {error:?}"
    );
}

#[test]
fn a_read_error_is_handed_on_as_it_came() {
    let error = broken_off();
    let cause = error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>())
        .expect("`source` of a Read is the reader's io::Error");
    assert_eq!(
        (
            cause.kind(),
            cause.get_ref().is_some_and(|inner| inner.is::<Unplugged>())
        ),
        (io::ErrorKind::ConnectionReset, true),
        "(kind, carries what the storage put in) of {cause:?}: the io::Error itself, not one that was made \
         from its text"
    );
}

#[test]
fn what_is_wrong_here_has_no_cause_elsewhere() {
    for name in ["two fields", "four fields", "an item twice"] {
        let error = named(name);
        assert_eq!(
            texts(&error).len(),
            1,
            "{name}: no other code failed, so there is nothing to name as a cause of {error:?}"
        );
    }
}

#[test]
fn no_text_contains_the_text_of_a_cause() {
    let errors = BAD.iter().map(|(_, list)| failure(list));
    for error in errors.chain([broken_off()]) {
        let texts = texts(&error);
        for (depth, outer) in texts.iter().enumerate() {
            for inner in &texts[depth + 1..] {
                assert!(
                    !outer.contains(inner.as_str()),
                    "`{outer}` contains the text of its cause, `{inner}`: whoever prints the chain prints it twice"
                );
            }
        }
    }
}

#[test]
fn the_chain_tells_a_person_what_to_mend() {
    for (name, parts) in [
        ("two fields", &["line 2", "2 fields"][..]),
        ("four fields", &["line 1", "4 fields"]),
        (
            "a quantity in words",
            &["line 3", "`dozen`", "invalid digit"],
        ),
        (
            "a quantity that is too large",
            &["line 1", "`5000000000`", "too large"],
        ),
        ("a price in dollars", &["line 1", "`799 USD`"]),
        (
            "a price with a comma",
            &["line 2", "`4,50`", "invalid digit"],
        ),
        ("an item twice", &["line 3", "`bolt`", "line 1"]),
    ] {
        let report = texts(&named(name)).join(": ");
        for part in parts {
            assert_eq!(
                report.matches(part).count(),
                1,
                "{name}: the chain, joined by colons, says {part:?} once: {report}"
            );
        }
    }
    let report = texts(&broken_off()).join(": ");
    assert_eq!(report.matches("the cable is out").count(), 1, "{report}");
    assert!(
        report.len() > "the cable is out: ".len() + 5,
        "the layer above the storage says what it was doing: {report}"
    );
}

#[test]
fn a_good_list_is_imported() {
    let items = import("bolt;10;5 EUR\nnut;0;1250 EUR\n".as_bytes()).expect("both lines are good");
    let item = |sku: &str, quantity, cents| Item {
        sku: sku.to_owned(),
        quantity,
        cents,
    };
    assert_eq!(items, [item("bolt", 10, 5), item("nut", 0, 1250)]);
}
