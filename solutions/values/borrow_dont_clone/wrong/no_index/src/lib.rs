//! Finds what a log says about one request.

use std::collections::HashSet;

/// How serious an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For whoever wrote the code.
    Debug,
    /// As it should be.
    Info,
    /// Somebody should look, some day.
    Warn,
    /// Somebody should look now.
    Error,
}

/// An entry of the log: a head line, and all lines below it up to the next head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The number of its head line in the text, from 1.
    pub line: usize,
    /// How serious it is.
    pub level: Level,
    /// What follows the request in the head line, and the lines below it. The line breaks between
    /// its lines are in it, the one that ends its last line is not.
    pub message: &'a str,
}

/// The entries of a log, by request.
#[derive(Debug)]
pub struct Index<'t> {
    text: &'t str,
    requests: Vec<&'t str>,
}

/// What a head line says.
struct Head<'t> {
    level: Level,
    request: &'t str,
    /// The part of the message that is in the head line.
    message: &'t str,
}

impl<'t> Index<'t> {
    /// Reads the text once. Lines above the first head belong to no entry and are skipped.
    pub fn build(text: &'t str) -> Index<'t> {
        let mut requests = Vec::new();
        let mut seen = HashSet::new();
        for head in text.lines().filter_map(head) {
            if seen.insert(head.request) {
                requests.push(head.request);
            }
        }
        Index { text, requests }
    }

    /// The text that the index was built from.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The requests that have an entry, each once, in the order of their first entries.
    pub fn requests(&self) -> impl Iterator<Item = &str> {
        self.requests.iter().copied()
    }

    /// The entries of a request in the order of the log; none if the log does not name it.
    pub fn entries_of(&self, request: &str) -> impl Iterator<Item = Entry<'_>> {
        let mut lines = (1..).zip(self.text.split_inclusive('\n')).peekable();
        let mut at = 0;
        std::iter::from_fn(move || {
            loop {
                let (number, line) = lines.next()?;
                let whole = line.strip_suffix('\n').unwrap_or(line);
                let start = at;
                at += line.len();
                let Some(head) = head(whole) else { continue };
                let message_at = start + whole.len() - head.message.len();
                while let Some((_, below)) = lines.next_if(|(_, below)| {
                    self::head(below.strip_suffix('\n').unwrap_or(below)).is_none()
                }) {
                    at += below.len();
                }
                if head.request == request {
                    let message = &self.text[message_at..at];
                    return Some(Entry {
                        line: number,
                        level: head.level,
                        message: message.strip_suffix('\n').unwrap_or(message),
                    });
                }
            }
        })
    }
}

/// The head of an entry, if the line is one: `<time> <level> <request> <message>`, where the time
/// begins with a digit and no word is empty.
fn head(line: &str) -> Option<Head<'_>> {
    let mut parts = line.splitn(4, ' ');
    // Four calls in place of a collected `Vec`, which would be an allocation for each line.
    let (time, level, request, message) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_time = time.starts_with(|c: char| c.is_ascii_digit());
    if !is_time || request.is_empty() {
        return None;
    }
    Some(Head {
        level: parse_level(level)?,
        request,
        message,
    })
}

/// The four levels, in upper or lower case.
fn parse_level(word: &str) -> Option<Level> {
    // Compared as they stand: a lower-cased copy would live for one line and cost an allocation.
    let levels = [
        ("debug", Level::Debug),
        ("info", Level::Info),
        ("warn", Level::Warn),
        ("error", Level::Error),
    ];
    let (_, level) = levels
        .into_iter()
        .find(|(name, _)| word.eq_ignore_ascii_case(name))?;
    Some(level)
}
