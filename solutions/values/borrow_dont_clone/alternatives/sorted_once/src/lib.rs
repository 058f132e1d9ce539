//! Finds what a log says about one request.

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
    requests: Vec<&'t str>,
    // Sorted by request, and in the order of the log for each. Built once and asked often.
    entries: Vec<(&'t str, Entry<'t>)>,
}

/// What a head line says.
struct Head<'t> {
    level: Level,
    request: &'t str,
    /// The part of the message that is in the head line.
    message: &'t str,
}

/// An entry whose last line has not been seen yet.
struct Open<'t> {
    line: usize,
    level: Level,
    request: &'t str,
    /// Where the message begins in the text.
    message_at: usize,
}

impl<'t> Index<'t> {
    /// Reads the text once. Lines above the first head belong to no entry and are skipped.
    ///
    /// Allocates for the index itself, not for lines.
    pub fn build(text: &'t str) -> Index<'t> {
        let mut index = Index {
            text,
            requests: Vec::new(),
            entries: Vec::new(),
        };
        let mut open: Option<Open<'t>> = None;
        // Where the current line ends. `split_inclusive` keeps line breaks, so lengths add up.
        let mut end = 0;
        for (number, line) in (1..).zip(text.split_inclusive('\n')) {
            let start = end;
            end += line.len();
            let line = line.strip_suffix('\n').unwrap_or(line);
            let Some(head) = head(line) else {
                // Nothing to append: the lines of an entry are neighbours in the text, so its
                // message is one slice, which is cut when the end is known.
                continue;
            };
            let next = Open {
                line: number,
                level: head.level,
                request: head.request,
                message_at: start + line.len() - head.message.len(),
            };
            if let Some(above) = open.replace(next) {
                index.add(&above, start);
            }
        }
        if let Some(last) = open {
            index.add(&last, end);
        }
        index.sort();
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
        let from = self.entries.partition_point(|(name, _)| *name < request);
        let after = self.entries.partition_point(|(name, _)| *name <= request);
        self.entries[from..after].iter().map(|(_, entry)| *entry)
    }

    /// Adds an entry whose last line ends at `end`, line break included.
    fn add(&mut self, entry: &Open<'t>, end: usize) {
        let message = &self.text[entry.message_at..end];
        let entry = (
            entry.request,
            Entry {
                line: entry.line,
                level: entry.level,
                message: message.strip_suffix('\n').unwrap_or(message),
            },
        );
        self.entries.push(entry);
    }

    /// Sorts the entries, and with that finds out the requests.
    fn sort(&mut self) {
        // Stable: the entries of a request stay in the order of the log.
        self.entries.sort_by_key(|(request, _)| *request);
        let same = self.entries.chunk_by(|(one, _), (next, _)| one == next);
        let mut firsts: Vec<_> = same.map(|entries| entries[0]).collect();
        firsts.sort_unstable_by_key(|(_, entry)| entry.line);
        self.requests = firsts.into_iter().map(|(request, _)| request).collect();
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
