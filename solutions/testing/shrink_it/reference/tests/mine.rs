//! What dates promise, of all days and all texts.

use shrink_it::Date;
use shrink_it::check::{Source, check};

/// Any day. Half of them are near a change of year, where most mistakes are.
fn a_date(source: &mut Source) -> Date {
    let number = match source.number(0, 1) {
        0 => source.number(Date::FIRST, Date::LAST),
        _ => {
            let year = source.number(1, 9_999);
            let year = source.one_of(&[year, year.max(100) / 100 * 100]);
            let new_year = Date::parse(&format!("{year:04}-01-01"));
            let number = new_year.expect("each year has a first day").number();
            let near = number + source.number(0, 62);
            near.saturating_sub(source.number(0, 1))
                .clamp(Date::FIRST, Date::LAST)
        }
    };
    let date = Date::from_number(number).expect("a number from FIRST to LAST");
    source.note("date", date.to_string());
    date
}

/// Something like a date: the right form, with figures that may be too large, and then perhaps a mistake.
fn a_text(source: &mut Source) -> String {
    let year = source.number(0, 9_999);
    let year = source.one_of(&[year, year / 100 * 100, year / 4 * 4]);
    let (month, day) = (source.number(0, 13), source.number(0, 32));
    let (month, day) = source.one_of(&[(month, day), (2, 29), (2, 30)]);
    let mut text = format!("{year:04}-{month:02}-{day:02}");
    let at = source.number(0, 9) as usize;
    match source.number(0, 4) {
        0 | 1 => {}
        2 => drop(text.remove(at)),
        3 => text.insert(at + 1, source.one_of(&['0', '-', 'T', 'ü'])),
        _ => text.replace_range(at..=at, source.one_of(&["+", " ", "-", "9", "ü"])),
    }
    source.note("text", &text);
    text
}

#[test]
fn a_date_is_shown_as_it_is_read() {
    check(|source| {
        let date = a_date(source);
        assert_eq!(Date::parse(&date.to_string()), Some(date));
    });
}

#[test]
fn no_other_text_is_read_as_that_date() {
    check(|source| {
        let text = a_text(source);
        if let Some(date) = Date::parse(&text) {
            assert_eq!(date.to_string(), text);
        }
    });
}

#[test]
fn a_day_that_is_read_is_a_day_of_the_calendar() {
    check(|source| {
        let text = a_text(source);
        if let Some(date) = Date::parse(&text) {
            assert_eq!(Date::from_number(date.number()), Some(date));
        }
    });
}

#[test]
fn numbers_and_dates_are_one_to_one() {
    check(|source| {
        let date = a_date(source);
        let number = date.number();
        assert!((Date::FIRST..=Date::LAST).contains(&number));
        assert_eq!(Date::from_number(number), Some(date));
    });
}

#[test]
fn dates_are_ordered_as_their_numbers() {
    check(|source| {
        let one = a_date(source);
        // Near the first: of two dates that are drawn alone, the years decide.
        let later = one.number() + source.number(0, 60);
        let other = Date::from_number(later.min(Date::LAST)).expect("a number up to LAST");
        source.note("other", other.to_string());
        assert_eq!(one.cmp(&other), one.number().cmp(&other.number()));
    });
}

/// By the rules of the calendar, one day at a time: another way to say what is right.
#[test]
fn the_next_day_is_the_next_number() {
    check(|source| {
        let date = a_date(source);
        let Some(next) = Date::from_number(date.number() + 1) else {
            assert_eq!(date.number(), Date::LAST);
            return;
        };
        let text = date.to_string();
        let part = |range: std::ops::Range<usize>| -> u32 { text[range].parse().expect("digits") };
        let (year, month, day) = (part(0..4), part(5..7), part(8..10));
        let leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
        let last = [
            31,
            28 + u32::from(leap),
            31,
            30,
            31,
            30,
            31,
            31,
            30,
            31,
            30,
            31,
        ];
        let expected = match (month, day) {
            (12, 31) => (year + 1, 1, 1),
            (month, day) if day >= last[month as usize - 1] => (year, month + 1, 1),
            (month, day) => (year, month, day + 1),
        };
        let (year, month, day) = expected;
        assert_eq!(next.to_string(), format!("{year:04}-{month:02}-{day:02}"));
    });
}

#[test]
fn the_first_and_the_last_day_are_where_they_belong() {
    for (number, text) in [(Date::FIRST, "0001-01-01"), (Date::LAST, "9999-12-31")] {
        assert_eq!(Date::from_number(number), Date::parse(text), "{text}");
        assert_eq!(Date::parse(text).map(Date::number), Some(number), "{text}");
    }
    assert_eq!(Date::from_number(0), None);
    assert_eq!(Date::from_number(Date::LAST + 1), None);
    assert_eq!(Date::parse("0000-12-31"), None);
}
