//! The code behind the documentation, at other values.

use docs_that_run::{ParseError, format, next, parse};

#[test]
fn the_code_agrees_with_itself() {
    for seconds in (0..200_000).step_by(997) {
        assert_eq!(
            parse(&format(seconds)),
            Ok(seconds),
            "what `format` writes for {seconds}, `parse` reads"
        );
    }
    assert_eq!(
        parse("1h30"),
        Err(ParseError::NoUnit),
        "the last number has no unit"
    );
    assert_eq!(
        parse("1h m"),
        Err(ParseError::Empty),
        "a unit has no number"
    );
    assert_eq!(
        parse("-1s"),
        Err(ParseError::BadUnit('-')),
        "a sign is no unit"
    );
    for now in 0..200 {
        let due = next(now, "50s");
        assert!(
            due > now && due <= now + 50 && due.is_multiple_of(50),
            "the next multiple of 50 after {now}, and not {due}"
        );
    }
}
