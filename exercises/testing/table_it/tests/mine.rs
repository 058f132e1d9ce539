//! What `parse` promises. Yours: the copies below are to become rows of the table.

mod table;

use std::time::Duration;

use table_it::parse;

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
