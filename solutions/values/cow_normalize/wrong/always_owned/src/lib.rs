//! Brings headers into one form, before the proxy looks anything up by them.

use std::borrow::Cow;

/// What HTTP counts as blank inside a header, with the line breaks of folded values.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The name in lower case. Only ASCII letters have a case here.
pub fn name(name: &str) -> Cow<'_, str> {
    Cow::Owned(name.to_ascii_lowercase())
}

/// The value without blanks around it, and with one space for each run of blanks inside.
pub fn value(value: &str) -> Cow<'_, str> {
    let words: Vec<&str> = value
        .split(BLANKS)
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").into()
}
