//! Reads TOML field by field, so that every problem of a file is found in one pass and each is shown in
//! its place. Serde stops at the first.

mod table;

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use toml::de::DeTable;

use super::problem::{Problem, ProblemKind, SourceText};

pub use table::Table;

/// Problems found so far, over any number of files.
#[derive(Debug, Default)]
pub struct Problems(Mutex<Vec<Problem>>);

impl Problems {
    /// Notes one problem.
    pub fn add(&self, problem: Problem) {
        self.lock().push(problem);
    }

    /// Whether something found so far leaves in doubt what one of these keys says.
    pub fn touch(&self, keys: &[&str]) -> bool {
        self.lock().iter().any(|found| found.kind.touches(keys))
    }

    /// Takes in what was found elsewhere, after what was found here.
    pub fn append(&self, others: Problems) {
        self.lock().extend(others.into_vec());
    }

    /// No change of it is half done at a panic.
    fn lock(&self) -> MutexGuard<'_, Vec<Problem>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything found: file by file in order of finding, and in each from top to bottom.
    pub fn into_vec(self) -> Vec<Problem> {
        let mut found = std::mem::take(&mut *self.lock());
        let mut files: Vec<PathBuf> = Vec::new();
        for problem in &found {
            if !files.contains(&problem.file.path) {
                files.push(problem.file.path.clone());
            }
        }
        found.sort_by_key(|problem| {
            let file = files.iter().position(|path| *path == problem.file.path);
            (file, problem.span.start)
        });
        found
    }
}

/// A value with its place.
#[derive(Debug, Clone)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Range<usize>,
}

/// A key that nobody asked for.
struct Unknown {
    key: At<String>,
    known: Vec<&'static str>,
}

/// One TOML file under the reader.
pub struct Document<'p> {
    file: Arc<SourceText>,
    problems: &'p Problems,
    /// Unknown keys, held back until it is known which keys the root has.
    unknown: RefCell<Vec<Unknown>>,
    is_text: bool,
    is_toml: Cell<bool>,
}

impl<'p> Document<'p> {
    /// Takes a file in. That it is not UTF-8 is noted.
    pub fn new(path: PathBuf, bytes: &[u8], problems: &'p Problems) -> Self {
        // Some editors put a byte order mark first; columns are counted without it.
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let valid = str::from_utf8(bytes).map_err(|error| error.valid_up_to());
        let text = String::from_utf8_lossy(bytes).into_owned();
        let document = Document {
            file: Arc::new(SourceText { path, text }),
            problems,
            unknown: RefCell::default(),
            is_text: valid.is_ok(),
            is_toml: Cell::new(valid.is_ok()),
        };
        if let Err(at) = valid {
            // In the text there is a replacement character in its place.
            let span = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
            document.note(span, ProblemKind::NotText { byte: bytes[at] });
        }
        document
    }

    /// Parses the file and lets `read` take its root table apart; keys that `read` did not ask for are
    /// noted as unknown. Of a file that is not text or not TOML only that is noted, though what could be
    /// parsed is read all the same: see [`Document::is_toml`].
    pub fn read<T>(&self, read: impl FnOnce(&Table<'_, 'p>) -> T) -> T {
        let (root, errors) = DeTable::parse_recoverable(&self.file.text);
        let mut line = None;
        for error in errors.iter().filter(|_| self.is_text) {
            let span = error.span().unwrap_or(0..0);
            let here = self.place(&span);
            // What follows on the same line is the parser finding its way back.
            if line.as_ref() != Some(&here) {
                let message = error.message().to_owned();
                self.note(span, ProblemKind::Syntax { message });
                line = Some(here);
            }
        }
        let before = self.problems.lock().len();
        let table = Table::new(self, root.get_ref(), self.first_line());
        let value = read(&table);
        if errors.is_empty() && self.is_text {
            table.finish();
            let at_root = table.known.borrow();
            for Unknown { key, known } in self.unknown.take() {
                let of_root = at_root.contains(&key.value.as_str());
                let kind = ProblemKind::UnknownKey {
                    key: key.value,
                    known,
                    of_root,
                };
                self.note(key.span, kind);
            }
        } else {
            // They are about the parser's guesses, and would bury the cause.
            self.problems.lock().truncate(before);
            self.is_toml.set(false);
        }
        value
    }

    /// Whether the file was text, and TOML. If not, what was read from it can be anything.
    pub fn is_toml(&self) -> bool {
        self.is_toml.get()
    }

    /// Notes a problem in this file.
    pub fn note(&self, span: Range<usize>, kind: ProblemKind) {
        self.problems.add(Problem {
            file: Arc::clone(&self.file),
            span,
            kind,
        });
    }

    /// Where to point when no place is better.
    pub fn first_line(&self) -> Range<usize> {
        0..first_line(&self.file.text)
    }

    /// `path:line` of a place in this file.
    pub fn place(&self, span: &Range<usize>) -> String {
        let line = self.file.text[..span.start].matches('\n').count() + 1;
        format!("{}:{line}", self.file.path.display())
    }
}

fn first_line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}
