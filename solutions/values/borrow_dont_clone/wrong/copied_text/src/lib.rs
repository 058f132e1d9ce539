//! Finds what a log says about one request.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

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
/// All entries are in one list, and each knows the next one of its request: the index has two
/// collections that grow, however many requests there are.
#[derive(Debug)]
pub struct Index<'t> {
    text: &'t str,
    /// A copy of the text that belongs to the index, so that nothing in it needs a lifetime.
    owned: String,
    requests: Vec<Chain>,
    /// Where a request is in `requests`.
    places: HashMap<u64, Vec<usize>>,
    entries: Vec<Link>,
}

/// A request, and where its first and last entries are in `entries`.
#[derive(Debug)]
struct Chain {
    request: Range<usize>,
    first: usize,
    last: usize,
}

/// An entry, as places in the text.
#[derive(Debug)]
struct Link {
    line: usize,
    level: Level,
    message: Range<usize>,
    /// Where the next entry of the same request is.
    next: Option<usize>,
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
        let mut index = Index {
            text,
            owned: text.to_owned(),
            requests: Vec::new(),
            places: HashMap::new(),
            entries: Vec::new(),
        };
        let mut end = 0;
        for (number, line) in (1..).zip(text.split_inclusive('\n')) {
            let start = end;
            end += line.len();
            let line = line.strip_suffix('\n').unwrap_or(line);
            let line_end = start + line.len();
            if let Some(head) = head(line) {
                let request_at = line_end - head.message.len() - 1 - head.request.len();
                index.add(
                    request_at..request_at + head.request.len(),
                    Link {
                        line: number,
                        level: head.level,
                        message: line_end - head.message.len()..line_end,
                        next: None,
                    },
                );
            } else if let Some(above) = index.entries.last_mut() {
                // A range of one text grows where a `String` would be appended to.
                above.message.end = line_end;
            }
        }
        index
    }

    /// The text that the index was built from.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The requests that have an entry, each once, in the order of their first entries.
    pub fn requests(&self) -> impl Iterator<Item = &str> {
        self.requests
            .iter()
            .map(|chain| &self.owned[chain.request.clone()])
    }

    /// The entries of a request in the order of the log; none if the log does not name it.
    pub fn entries_of(&self, request: &str) -> impl Iterator<Item = Entry<'_>> {
        let first = self
            .place(request)
            .map(|place| &self.entries[self.requests[place].first]);
        let links = std::iter::successors(first, |link| Some(&self.entries[link.next?]));
        links.map(|link| Entry {
            line: link.line,
            level: link.level,
            message: &self.owned[link.message.clone()],
        })
    }

    /// Where a request is in `requests`. Its name is a range of `owned`, and the map has hashes.
    fn place(&self, request: &str) -> Option<usize> {
        let same_hash = self.places.get(&hash(request)).into_iter().flatten();
        same_hash
            .copied()
            .find(|&place| &self.owned[self.requests[place].request.clone()] == request)
    }

    fn add(&mut self, request: Range<usize>, link: Link) {
        let at = self.entries.len();
        self.entries.push(link);
        let name = &self.owned[request.clone()];
        match self.place(name) {
            Some(place) => {
                let chain = &mut self.requests[place];
                self.entries[chain.last].next = Some(at);
                chain.last = at;
            }
            None => {
                let same_hash = self.places.entry(hash(name)).or_default();
                same_hash.push(self.requests.len());
                self.requests.push(Chain {
                    request,
                    first: at,
                    last: at,
                });
            }
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
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
