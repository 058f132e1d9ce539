//! The same promises at other values.

use std::error::Error;
use std::num::{IntErrorKind, ParseIntError};

use error_enum::{ImportError, PriceError, import};

fn root(list: &str) -> (ImportError, usize) {
    let error = import(list.as_bytes()).expect_err("a bad list");
    let mut depth = 0;
    let mut next = error.source();
    while let Some(cause) = next {
        depth += 1;
        next = cause.source();
    }
    (error, depth)
}

#[test]
fn an_empty_number_says_so() {
    let (error, depth) = root("a;1;1 EUR\nb;;1 EUR");
    assert!(matches!(error, ImportError::Quantity { line: 2, .. }));
    let kind = error
        .source()
        .and_then(|cause| cause.downcast_ref::<ParseIntError>())
        .map(ParseIntError::kind);
    assert_eq!((kind, depth), (Some(&IntErrorKind::Empty), 1));
}

#[test]
fn an_overflowing_price_has_two_causes() {
    let (error, depth) = root("a;1;99999999999999999999 EUR");
    assert!(matches!(error, ImportError::Price { line: 1, .. }));
    let price = error.source().expect("a cause");
    assert!(price.is::<PriceError>());
    let number = price.source().and_then(|cause| cause.downcast_ref());
    assert_eq!(
        (number.map(ParseIntError::kind), depth),
        (Some(&IntErrorKind::PosOverflow), 2)
    );
}

#[test]
fn the_first_problem_from_the_top_is_told() {
    let (error, _) = root("a;1;1 EUR\na;1;1 EUR\nb");
    assert!(
        matches!(error, ImportError::Duplicate { line: 2, .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("`a`"), "{error}");
}
