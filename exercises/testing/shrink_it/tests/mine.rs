//! What dates promise. Yours.

use shrink_it::Date;

#[test]
fn test_parse() {
    let date = Date::parse("2024-02-29").unwrap();
    assert_eq!(date.to_string(), "2024-02-29");
    assert_eq!(Date::parse("2023-02-29"), None);
    assert_eq!(Date::parse("2024-13-01"), None);
    assert_eq!(Date::parse("yesterday"), None);
}

#[test]
fn test_number() {
    let date = Date::parse("0001-01-01").unwrap();
    assert_eq!(date.number(), 1);
    assert_eq!(Date::from_number(1), Some(date));
    assert_eq!(Date::from_number(0), None);
}
