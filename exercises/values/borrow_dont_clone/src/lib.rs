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
#[derive(Debug)]
pub struct Index<'t> {
    text: &'t str,
    requests: Vec<String>,
    entries: HashMap<String, Vec<StoredEntry>>,
}

#[derive(Debug)]
struct StoredEntry {
    line: usize,
    level: Level,
    request: String,
    message: String,
}

impl<'t> Index<'t> {
    /// Reads the text once. Lines above the first head belong to no entry and are skipped.
    pub fn build(text: &'t str) -> Index<'t> {
        let mut index = Index {
            text,
            requests: Vec::new(),
            entries: HashMap::new(),
        };
        let mut open: Option<StoredEntry> = None;
        for (number, line) in (1..).zip(text.lines()) {
            if let Some((level, request, message)) = head(line) {
                if let Some(above) = open.take() {
                    index.add(above);
                }
                open = Some(StoredEntry {
                    line: number,
                    level,
                    request,
                    message,
                });
            } else if let Some(entry) = &mut open {
                entry.message.push('\n');
                entry.message.push_str(line);
            }
        }
        if let Some(last) = open {
            index.add(last);
        }
        index
    }

    /// The text that the index was built from.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The requests that have an entry, each once, in the order of their first entries.
    pub fn requests(&self) -> impl Iterator<Item = &str> {
        self.requests.iter().map(String::as_str)
    }

    /// The entries of a request in the order of the log; none if the log does not name it.
    pub fn entries_of(&self, request: &str) -> impl Iterator<Item = Entry<'_>> {
        let wanted = request.to_string();
        let entries = self.entries.get(&wanted);
        entries.into_iter().flatten().map(|stored| Entry {
            line: stored.line,
            level: stored.level,
            message: &stored.message,
        })
    }

    fn add(&mut self, entry: StoredEntry) {
        if !self.entries.contains_key(&entry.request) {
            self.requests.push(entry.request.clone());
        }
        let entries = self.entries.entry(entry.request.clone()).or_default();
        entries.push(entry);
    }
}

/// Level, request and message, if the line is the head of an entry: `<time> <level> <request> <message>`,
/// where the time begins with a digit and no word is empty.
fn head(line: &str) -> Option<(Level, String, String)> {
    let parts: Vec<String> = line.splitn(4, ' ').map(String::from).collect();
    let [time, level, request, message] = parts.try_into().ok()?;
    let is_time = time.starts_with(|c: char| c.is_ascii_digit());
    if !is_time || request.is_empty() {
        return None;
    }
    Some((parse_level(&level)?, request, message))
}

/// The four levels, in upper or lower case.
fn parse_level(word: &str) -> Option<Level> {
    match word.to_ascii_lowercase().as_str() {
        "debug" => Some(Level::Debug),
        "info" => Some(Level::Info),
        "warn" => Some(Level::Warn),
        "error" => Some(Level::Error),
        _ => None,
    }
}
