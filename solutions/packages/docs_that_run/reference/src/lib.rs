//! Durations as people write them, such as `1h 30m`.

/// Why a text is no duration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseError {
    /// There is no number, or none before a unit.
    Empty,
    /// A number has no unit.
    NoUnit,
    /// This is no unit.
    BadUnit(char),
    /// The seconds don't fit into 64 bits.
    TooLarge,
}

/// The seconds of a duration such as `1h 30m`.
///
/// A duration is one or more numbers, each followed by its unit: `s`, `m`, `h` or `d`, for seconds, minutes, hours and days of
/// 24 hours. Parts add up, in any order, and white space means nothing.
///
/// # Errors
///
/// - [`ParseError::NoUnit`] if the last number has no unit: there is no unit that would be understood without being
///   written.
/// - [`ParseError::BadUnit`] if a letter is none of the four.
/// - [`ParseError::Empty`] if there is no number, or none before a unit.
/// - [`ParseError::TooLarge`] if the seconds don't fit into 64 bits.
///
/// # Examples
///
/// ```
/// use docs_that_run::{ParseError, parse};
///
/// assert_eq!(parse("90m"), Ok(5_400));
/// assert_eq!(parse("1h 30m"), Ok(5_400));
/// assert_eq!(parse("90"), Err(ParseError::NoUnit));
/// assert_eq!(parse("2w"), Err(ParseError::BadUnit('w')));
/// ```
pub fn parse(text: &str) -> Result<u64, ParseError> {
    let mut seconds: u64 = 0;
    let mut digits = String::new();
    let mut parts = 0;
    for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        let unit = match letter {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            other => return Err(ParseError::BadUnit(other)),
        };
        if digits.is_empty() {
            return Err(ParseError::Empty);
        }
        let number: u64 = digits.parse().map_err(|_| ParseError::TooLarge)?;
        digits.clear();
        parts += 1;
        seconds = number
            .checked_mul(unit)
            .and_then(|part| seconds.checked_add(part))
            .ok_or(ParseError::TooLarge)?;
    }
    if !digits.is_empty() {
        return Err(ParseError::NoUnit);
    }
    if parts == 0 {
        return Err(ParseError::Empty);
    }
    Ok(seconds)
}

/// Seconds in the form that [`parse`] reads, the largest unit first, without parts that are nought.
///
/// # Examples
///
/// ```
/// use docs_that_run::format;
///
/// assert_eq!(format(5_400), "1h 30m");
/// assert_eq!(format(0), "0s");
/// ```
#[must_use]
pub fn format(seconds: u64) -> String {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm'), (1, 's')];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (size, unit) in units {
        if rest >= size {
            parts.push(format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if parts.is_empty() {
        return "0s".to_owned();
    }
    parts.join(" ")
}

/// When a job that runs every `every` is due next, if it is `now`: the first multiple of `every` that is after `now`, in seconds.
///
/// # Panics
///
/// Panics if `every` is no duration, as [`parse`] tells, or if `every` is nothing, such as `0s`: both are mistakes in the program
/// and not in its input.
///
/// # Examples
///
/// ```
/// use docs_that_run::next;
///
/// assert_eq!(next(100, "1m"), 120);
/// // Never now, or a job that has run would run again at once.
/// assert_eq!(next(120, "1m"), 180);
/// ```
#[must_use]
pub fn next(now: u64, every: &str) -> u64 {
    let every = parse(every).expect("`every` is a duration");
    assert!(every > 0, "`every` is more than nothing");
    (now / every + 1) * every
}
