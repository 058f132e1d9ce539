//! What `parse` promises. Yours: the copies below are to become rows of the table.

mod table;

use std::time::Duration;

use table_it::{Fault, parse};

#[test]
fn test_table() {
    table::check(table::ROWS, parse);
}

#[test]
fn test_seconds() {
    let result = parse("30s");
    assert_eq!(result, Ok(Duration::from_secs(30)));
}

#[test]
fn test_milliseconds() {
    let result = parse("250ms");
    assert_eq!(result, Ok(Duration::from_millis(250)));
}

#[test]
fn test_seconds_2() {
    let result = parse("250ms");
    assert_eq!(result, Ok(Duration::from_millis(250)));
}

#[test]
fn test_hours_and_minutes() {
    let result = parse("1h30m");
    assert_eq!(result, Ok(Duration::from_secs(5_400)));
}

#[test]
fn test_empty() {
    let result = parse("");
    assert!(result.is_err());
}

#[test]
fn test_empty_2() {
    let result = parse("30m1h");
    assert!(result.is_err());
}

#[test]
fn test_no_unit() {
    let result = parse("30");
    assert!(result.is_err());
}

#[test]
fn test_unit_twice() {
    let result = parse("5s5s");
    assert!(result.is_err());
}

#[test]
fn test_unit_word() {
    let result = parse("5sec");
    assert!(result.is_err());
}

#[test]
fn test_sign() {
    let result = parse("+5s");
    assert!(result.is_err());
}

#[test]
fn test_no_unit_2() {
    let result = parse("1h30");
    assert!(result.is_err());
}

#[test]
fn test_no_unit_3() {
    let result = parse("30");
    assert_eq!(result, Err(Fault::NoUnit));
}

#[test]
fn test_ninety() {
    let result = parse("90m");
    assert_eq!(result, Ok(Duration::from_secs(5_400)));
}

#[test]
fn test_day() {
    let result = parse("24h");
    assert_eq!(result, Ok(Duration::from_secs(86_400)));
}

#[test]
fn test_day_2() {
    let result = parse("23h61m");
    assert_eq!(result, Err(Fault::TooLong));
}

#[test]
fn test_large() {
    let result = parse("99999999999999999999h");
    assert_eq!(result, Err(Fault::TooLong));
}
