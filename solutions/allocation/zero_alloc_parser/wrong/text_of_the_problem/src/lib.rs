//! Reads the fields of a log line, as `level=warn msg="slow query" retried`.
//!
//! Nothing here allocates while lines are as they should be.

use std::error::Error;
use std::fmt::{self, Display, Write as _};
use std::iter;

/// The fields of a line, in their order. After a problem there are no more.
#[derive(Debug)]
pub struct Fields<'l> {
    line: &'l str,
    /// Where to go on. The end of the line once there is nothing more to find.
    at: usize,
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
///
/// It holds what is written, not what that means: the second need not exist anywhere in memory. Who asks
/// for it gets it character by character, and who does not has paid nothing.
#[derive(Debug)]
pub struct Value<'l> {
    written: &'l str,
    /// Whether that is something else than what it means. Outside of quotes a backslash is a backslash.
    escaped: bool,
}

/// Where a line stops making sense.
#[derive(Debug)]
pub struct Malformed {
    /// In bytes from the start of the line.
    pub at: usize,
    reason: String,
}

#[derive(Debug, Clone, Copy)]
enum Problem {
    NoKey,
    StrayQuote,
    NeverClosed,
    Escape,
    NoSpace,
}

/// Reads a line.
#[must_use]
pub fn fields(line: &str) -> Fields<'_> {
    Fields { line, at: 0 }
}

impl<'l> Iterator for Fields<'l> {
    type Item = Result<Field<'l>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let spaces = self.rest().bytes().take_while(|&byte| byte == b' ').count();
        self.at += spaces;
        if self.rest().is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            // What follows a problem would be a guess.
            self.at = self.line.len();
        }
        Some(field)
    }
}

impl<'l> Fields<'l> {
    fn rest(&self) -> &'l str {
        &self.line[self.at..]
    }

    fn field(&mut self) -> Result<Field<'l>, Malformed> {
        let key = self.take_until(&[' ', '=', '"']);
        if key.is_empty() {
            return Err(Problem::NoKey.at(self.at));
        }
        let value = match self.rest().bytes().next() {
            Some(b'=') => {
                self.at += 1;
                self.value()?
            }
            Some(b'"') => return Err(Problem::StrayQuote.at(self.at)),
            _ => Value {
                written: "true",
                escaped: false,
            },
        };
        Ok(Field { key, value })
    }

    fn value(&mut self) -> Result<Value<'l>, Malformed> {
        if self.rest().starts_with('"') {
            return self.quoted();
        }
        let written = self.take_until(&[' ', '"']);
        if self.rest().starts_with('"') {
            return Err(Problem::StrayQuote.at(self.at));
        }
        Ok(Value {
            written,
            escaped: false,
        })
    }

    fn quoted(&mut self) -> Result<Value<'l>, Malformed> {
        let open = self.at;
        let mut escaped = false;
        self.at += 1;
        loop {
            self.take_until(&['"', '\\']);
            match self.rest().bytes().next() {
                None => return Err(Problem::NeverClosed.at(open)),
                Some(b'\\') => {
                    // Judged here, so that `Value::chars` has nothing to report later.
                    let escape = escape(&self.rest()[1..]);
                    let (_, length) = escape.ok_or(Problem::Escape.at(self.at))?;
                    escaped = true;
                    self.at += 1 + length;
                }
                Some(_) => break,
            }
        }
        let written = &self.line[open + 1..self.at];
        self.at += 1;
        if !self.rest().is_empty() && !self.rest().starts_with(' ') {
            return Err(Problem::NoSpace.at(self.at));
        }
        Ok(Value { written, escaped })
    }

    fn take_until(&mut self, stops: &[char]) -> &'l str {
        let rest = self.rest();
        let length = rest.find(stops).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }
}

impl Value<'_> {
    /// The characters of the text that it means.
    pub fn chars(&self) -> impl Iterator<Item = char> {
        let mut rest = self.written;
        iter::from_fn(move || {
            let mut characters = rest.chars();
            let mut character = characters.next()?;
            rest = characters.as_str();
            if self.escaped && character == '\\' {
                let (meant, length) = escape(rest)?;
                character = meant;
                rest = &rest[length..];
            }
            Some(character)
        })
    }
}

impl PartialEq<str> for Value<'_> {
    fn eq(&self, text: &str) -> bool {
        if self.escaped {
            self.chars().eq(text.chars())
        } else {
            self.written == text
        }
    }
}

impl Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.escaped {
            self.chars()
                .try_for_each(|character| f.write_char(character))
        } else {
            // The common case, in one piece.
            f.write_str(self.written)
        }
    }
}

impl Problem {
    fn at(self, at: usize) -> Malformed {
        let problem = match self {
            Problem::NoKey => "a key is missing",
            Problem::StrayQuote => "a quote is neither the first nor the last of a value",
            Problem::NeverClosed => "a quote is not closed",
            Problem::Escape => "there is no such escape",
            Problem::NoSpace => "a quote is closed and no space follows",
        };
        let reason = format!("{problem} at byte {at}");
        Malformed { at, reason }
    }
}

impl Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl Error for Malformed {}

/// The character that stands after a backslash, and how many bytes say so.
fn escape(rest: &str) -> Option<(char, usize)> {
    match rest.as_bytes().first()? {
        b'"' => Some(('"', 1)),
        b'\\' => Some(('\\', 1)),
        b'n' => Some(('\n', 1)),
        b't' => Some(('\t', 1)),
        b'u' => {
            let digits = rest.get(1..5)?;
            // `from_str_radix` alone would take a sign as well.
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            let code = u32::from_str_radix(digits, 16).ok()?;
            Some((char::from_u32(code)?, 5))
        }
        _ => None,
    }
}
