//! Durations as people write them, such as `1h 30m`.

/// Parse error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseError {
    /// Empty.
    Empty,
    /// No unit.
    NoUnit,
    /// Bad unit.
    BadUnit(char),
    /// Too large.
    TooLarge,
}

/// Parses a duration.
///
/// ```ignore
/// assert_eq!(parse("90"), Ok(90));
/// assert_eq!(parse("90m"), Ok(90));
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

/// Formats a duration.
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

/// Returns the next run.
///
/// ```
/// use docs_that_run::next;
///
/// assert_eq!(next(100, "1m"), 120);
/// assert_eq!(next(120, "1m"), 120);
/// ```
#[must_use]
pub fn next(now: u64, every: &str) -> u64 {
    let every = parse(every).expect("`every` is a duration");
    assert!(every > 0, "`every` is more than nothing");
    (now / every + 1) * every
}
