//! Brings headers into one form, before the proxy looks anything up by them.

use std::borrow::Cow;

/// What HTTP counts as blank inside a header, with the line breaks of folded values.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The name in lower case. Only ASCII letters have a case here.
///
/// Borrowed if it is in lower case already.
pub fn name(name: &str) -> Cow<'_, str> {
    // Looking is a pass over bytes that are in the cache. Making the answer and comparing would be
    // shorter, and would allocate for each header to find out that nothing had to be allocated.
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// The value without blanks around it, and with one space for each run of blanks inside.
///
/// Borrowed if nothing inside has to change.
pub fn value(value: &str) -> Cow<'_, str> {
    // Not `trim`: to HTTP a no-break space is text.
    let value = value.trim_matches(BLANKS);
    if is_tidy(value) {
        return Cow::Borrowed(value);
    }
    // What comes out is never longer than what goes in, so this is the only allocation.
    let mut tidy = String::with_capacity(value.len());
    for word in value.split(BLANKS).filter(|word| !word.is_empty()) {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
    Cow::Owned(tidy)
}

/// Whether every blank is a space, and none follows another.
fn is_tidy(trimmed: &str) -> bool {
    // Two spaces are a run; any other run has a blank in it that is no space.
    !trimmed.contains("  ") && !trimmed.contains(&BLANKS[1..])
}
