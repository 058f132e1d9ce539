//! Reads the fields of a log line, as `level=warn msg="slow query" retried`.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Display};

/// The fields of a line, in their order. After a problem there are no more.
#[derive(Debug)]
pub struct Fields<'l> {
    found: std::vec::IntoIter<Result<Field<'l>, Malformed>>,
}

/// A key and what it is set to.
#[derive(Debug)]
pub struct Field<'l> {
    /// As in the line.
    pub key: &'l str,
    /// Behind the `=`; `true` where there is none.
    pub value: Value<'l>,
}

/// What a field is set to. It is shown and compared as the text that it means, without quotes and escapes.
#[derive(Debug)]
pub struct Value<'l> {
    text: Cow<'l, str>,
}

/// Where a line stops making sense.
#[derive(Debug)]
pub struct Malformed {
    /// In bytes from the start of the line.
    pub at: usize,
    reason: String,
}

/// Reads a line.
#[must_use]
pub fn fields(line: &str) -> Fields<'_> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < line.len() {
        if line[at..].starts_with(' ') {
            at += 1;
            continue;
        }
        match field(line, at) {
            Ok((field, end)) => {
                found.push(Ok(field));
                at = end;
            }
            Err(malformed) => {
                found.push(Err(malformed));
                break;
            }
        }
    }
    Fields {
        found: found.into_iter(),
    }
}

impl<'l> Iterator for Fields<'l> {
    type Item = Result<Field<'l>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        self.found.next()
    }
}

impl Value<'_> {
    /// The characters of the text that it means.
    pub fn chars(&self) -> impl Iterator<Item = char> {
        self.text.chars()
    }
}

impl PartialEq<str> for Value<'_> {
    fn eq(&self, text: &str) -> bool {
        self.text == text
    }
}

impl Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.reason, self.at)
    }
}

impl Error for Malformed {}

/// The field that begins at `at`, and where it ends.
fn field(line: &str, at: usize) -> Result<(Field<'_>, usize), Malformed> {
    let end = |from: usize, stops: &[char]| {
        let length = line[from..].find(stops);
        length.map_or(line.len(), |length| from + length)
    };
    let key_end = end(at, &[' ', '=', '"']);
    let key = &line[at..key_end];
    let found = line[key_end..].chars().next();
    if key.is_empty() {
        return Err(malformed(at, format!("a key is missing before {found:?}")));
    }
    match found {
        Some('=') => {}
        Some('"') => {
            return Err(malformed(key_end, format!("the key `{key}` has a quote")));
        }
        _ => {
            let text = Cow::Borrowed("true");
            let value = Value { text };
            return Ok((Field { key, value }, key_end));
        }
    }
    let start = key_end + 1;
    if line[start..].starts_with('"') {
        let (text, end) = quoted(line, start)?;
        let value = Value { text };
        return Ok((Field { key, value }, end));
    }
    let value_end = end(start, &[' ']);
    let text = &line[start..value_end];
    if let Some(quote) = text.find('"') {
        let reason = format!("`{text}` has a quote and is not in quotes");
        return Err(malformed(start + quote, reason));
    }
    let text = Cow::Borrowed(text);
    let value = Value { text };
    Ok((Field { key, value }, value_end))
}

/// The text in quotes that opens at `open`, and where the line goes on.
fn quoted(line: &str, open: usize) -> Result<(Cow<'_, str>, usize), Malformed> {
    let start = open + 1;
    let mut text = Cow::Borrowed("");
    let mut at = start;
    loop {
        let rest = &line[at..];
        let mut characters = rest.chars();
        match characters.next() {
            None => return Err(malformed(open, "a quote is not closed".to_owned())),
            Some('"') => break,
            Some('\\') => {
                let Some((character, length)) = escape(characters.as_str()) else {
                    return Err(malformed(at, "no such escape".to_owned()));
                };
                // What is in the line is not what it means any more.
                text.to_mut().push(character);
                at += 1 + length;
            }
            Some(character) => {
                at += character.len_utf8();
                match &mut text {
                    Cow::Borrowed(text) => *text = &line[start..at],
                    Cow::Owned(text) => text.push(character),
                }
            }
        }
    }
    let end = at + 1;
    match line[end..].chars().next() {
        None | Some(' ') => Ok((text, end)),
        Some(other) => {
            let reason = format!("a quote is closed and {other:?} follows");
            Err(malformed(end, reason))
        }
    }
}

/// The character that stands after a backslash, and how many bytes say so.
fn escape(rest: &str) -> Option<(char, usize)> {
    match rest.as_bytes().first()? {
        b'"' => Some(('"', 1)),
        b'\\' => Some(('\\', 1)),
        b'n' => Some(('\n', 1)),
        b't' => Some(('\t', 1)),
        b'u' => {
            let digits = rest.get(1..5)?;
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            let code = u32::from_str_radix(digits, 16).ok()?;
            Some((char::from_u32(code)?, 5))
        }
        _ => None,
    }
}

fn malformed(at: usize, reason: String) -> Malformed {
    Malformed { at, reason }
}
