//! Finds what a log says about one request.

use std::collections::HashMap;

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
///
/// Points into the text for all that is in it, so it costs as much for long lines as for short ones.
/// The price is in the type: an index cannot outlive its text.
#[derive(Debug)]
pub struct Index<'t> {
    text: &'t str,
    // A `&str` is `Copy`: each id stands in both collections, and nobody has to own it.
    requests: Vec<&'t str>,
    entries: HashMap<&'t str, Vec<Entry<'t>>>,
}

/// What a head line says.
struct Head<'t> {
    level: Level,
    request: &'t str,
    /// The part of the message that is in the head line.
    message: &'t str,
}

struct Open<'t> {
    line: usize,
    level: Level,
    request: &'t str,
    message: &'t str,
}

impl<'t> Index<'t> {
    /// Reads the text once. Lines above the first head belong to no entry and are skipped.
    ///
    /// Allocates for the index itself, not for lines.
    pub fn build(text: &'t str) -> Index<'t> {
        let mut index = Index {
            text,
            requests: Vec::new(),
            entries: HashMap::new(),
        };
        let mut open: Option<Open<'t>> = None;
        for (number, line) in (1..).zip(text.lines()) {
            let Some(head) = head(line) else {
                continue;
            };
            let next = Open {
                line: number,
                level: head.level,
                request: head.request,
                message: head.message,
            };
            if let Some(above) = open.replace(next) {
                index.add(&above);
            }
        }
        if let Some(last) = open {
            index.add(&last);
        }
        index
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
        self.entries.get(request).into_iter().flatten().copied()
    }

    fn add(&mut self, entry: &Open<'t>) {
        let entries = self.entries.entry(entry.request).or_default();
        if entries.is_empty() {
            self.requests.push(entry.request);
        }
        entries.push(Entry {
            line: entry.line,
            level: entry.level,
            message: entry.message,
        });
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
