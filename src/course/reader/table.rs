//! A table of TOML, taken apart key by key.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{At, Document, Unknown};
use crate::course::problem::{ProblemKind, nearest};

/// A table that is being taken apart. Each getter marks its key as known.
pub struct Table<'v, 'p> {
    document: &'v Document<'p>,
    entries: &'v DeTable<'v>,
    /// Where to point when something is missing.
    span: Range<usize>,
    pub(super) known: RefCell<Vec<&'static str>>,
    /// Keys that should be there, each with what is expected of it. Held back until all keys are known:
    /// one that is there with a typing error is one problem, not two.
    missing: RefCell<Vec<(&'static str, &'static str)>>,
    /// Every key was read, whatever its name.
    open: Cell<bool>,
}

impl<'v, 'p> Table<'v, 'p> {
    pub(super) fn new(
        document: &'v Document<'p>,
        entries: &'v DeTable<'v>,
        span: Range<usize>,
    ) -> Self {
        Table {
            document,
            entries,
            span,
            known: RefCell::default(),
            missing: RefCell::default(),
            open: Cell::new(false),
        }
    }

    /// Where the table stands: its header, or the whole of an inline table.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Notes a problem in this table's file.
    pub fn note(&self, span: Range<usize>, kind: ProblemKind) {
        self.document.note(span, kind);
    }

    /// A string that must be there and must not be blank.
    pub fn text(&self, key: &'static str, expected: &'static str) -> Option<At<String>> {
        let found = self.optional_text(key);
        if found.is_none() && !self.has(key) {
            self.missing(key, expected);
        }
        found
    }

    /// A string that may be absent, but not blank.
    pub fn optional_text(&self, key: &'static str) -> Option<At<String>> {
        let value = self.get(key)?;
        self.not_blank(key, self.as_text(key, value)?)
    }

    /// A number that must be there.
    pub fn number(&self, key: &'static str, expected: &'static str) -> Option<At<f64>> {
        let Some(value) = self.get(key) else {
            self.missing(key, expected);
            return None;
        };
        self.as_number(key, value)
    }

    /// A number that may be absent.
    pub fn optional_number(&self, key: &'static str) -> Option<At<f64>> {
        self.as_number(key, self.get(key)?)
    }

    /// A list of strings; `None` if the key is absent. Strings that are blank are noted and left out.
    pub fn optional_texts(&self, key: &'static str) -> Option<At<Vec<At<String>>>> {
        let value = self.get(key)?;
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, value, "a list of strings");
            return None;
        };
        let texts = items
            .iter()
            .filter_map(|item| self.not_blank(key, self.as_text(key, item)?))
            .collect();
        Some(At {
            value: texts,
            span: value.span(),
        })
    }

    /// A list of strings that must be there.
    pub fn texts(&self, key: &'static str, expected: &'static str) -> Option<At<Vec<At<String>>>> {
        let found = self.optional_texts(key);
        if found.is_none() && !self.has(key) {
            self.missing(key, expected);
        }
        found
    }

    /// A table that must be there; its unread keys are noted as unknown.
    pub fn table<T>(
        &self,
        key: &'static str,
        expected: &'static str,
        read: impl FnOnce(&Table<'_, 'p>) -> T,
    ) -> Option<T> {
        let found = self.optional_table(key, read);
        if found.is_none() && !self.has(key) {
            self.missing(key, expected);
        }
        found
    }

    /// A table that may be absent.
    pub fn optional_table<T>(
        &self,
        key: &'static str,
        read: impl FnOnce(&Table<'_, 'p>) -> T,
    ) -> Option<T> {
        let value = self.get(key)?;
        let DeValue::Table(entries) = value.get_ref() else {
            self.wrong_type(key, value, "a table");
            return None;
        };
        let table = Table::new(self.document, entries, value.span());
        let result = read(&table);
        table.finish();
        Some(result)
    }

    /// Each table of an array of tables, in order; nothing if the key is absent.
    pub fn tables<T>(
        &self,
        key: &'static str,
        mut read: impl FnMut(&Table<'_, 'p>) -> T,
    ) -> Vec<T> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, value, "tables in double brackets, `[[…]]`");
            return Vec::new();
        };
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            if let DeValue::Table(entries) = item.get_ref() {
                let table = Table::new(self.document, entries, item.span());
                results.push(read(&table));
                table.finish();
            } else {
                self.wrong_type(key, item, "a table");
            }
        }
        results
    }

    /// As [`Table::tables`], but each id counts once: a table that could be read and has the id of one
    /// before it is noted and left out.
    pub fn unique_tables<T>(
        &self,
        key: &'static str,
        mut read: impl FnMut(&Table<'_, 'p>) -> Option<T>,
        id: impl Fn(&T) -> String,
    ) -> Vec<T> {
        let mut places: Vec<(String, String)> = Vec::new();
        let mut results = Vec::new();
        let found = self.tables(key, |table| Some((read(table)?, table.span())));
        for (value, span) in found.into_iter().flatten() {
            let id = id(&value);
            if let Some((_, first)) = places.iter().find(|(known, _)| *known == id) {
                let first = first.clone();
                self.note(span, ProblemKind::DuplicateId { id, first });
            } else {
                places.push((id, self.document.place(&span)));
                results.push(value);
            }
        }
        results
    }

    /// Whether there is nothing under a key: neither a value of any kind nor, in a list, one.
    pub fn lacks(&self, key: &str) -> bool {
        !self.has(key) || self.count(key) == Some(0)
    }

    /// Every entry of a table whose keys are free, as (key, string).
    pub fn free_texts(&self) -> Vec<(At<String>, At<String>)> {
        self.open.set(true);
        let entries = self.entries.iter();
        entries
            .filter_map(|(key, value)| {
                let text = self.as_text(key.get_ref(), value)?;
                Some((at_key(key), self.not_blank(key.get_ref(), text)?))
            })
            .collect()
    }

    /// Every entry of a table whose keys are free and whose values are tables.
    pub fn free_tables<T>(&self, mut read: impl FnMut(At<String>, &Table<'_, 'p>) -> T) -> Vec<T> {
        self.open.set(true);
        let mut results = Vec::new();
        for (key, value) in self.entries {
            if let DeValue::Table(entries) = value.get_ref() {
                let table = Table::new(self.document, entries, key.span());
                results.push(read(at_key(key), &table));
                table.finish();
            } else {
                self.wrong_type(key.get_ref(), value, "a table");
            }
        }
        results
    }

    /// A switch that may be absent.
    pub fn optional_flag(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        if let DeValue::Boolean(flag) = value.get_ref() {
            return Some(*flag);
        }
        self.wrong_type(key, value, "true or false");
        None
    }

    /// How many values a list has, usable or not; `None` if the key is absent or not a list.
    pub fn count(&self, key: &str) -> Option<usize> {
        match self.entries.get(key)?.get_ref() {
            DeValue::Array(items) => Some(items.len()),
            _ => None,
        }
    }

    /// Whether the table has this key, whatever its value.
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    fn get(&self, key: &'static str) -> Option<&'v Spanned<DeValue<'v>>> {
        self.known.borrow_mut().push(key);
        self.entries.get(key)
    }

    /// Notes that something has to be there and is not.
    pub fn missing(&self, key: &'static str, expected: &'static str) {
        self.missing.borrow_mut().push((key, expected));
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &'static str) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.note(
            value.span(),
            ProblemKind::WrongType {
                key: key.to_owned(),
                expected,
                found,
            },
        );
    }

    fn as_text(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<At<String>> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(At {
                value: text.to_string(),
                span: value.span(),
            });
        }
        self.wrong_type(key, value, "a string");
        None
    }

    fn not_blank(&self, key: &str, text: At<String>) -> Option<At<String>> {
        if !text.value.trim().is_empty() {
            return Some(text);
        }
        self.note(
            text.span,
            ProblemKind::BadValue {
                key: key.to_owned(),
                found: "blank".to_owned(),
                expected: "some text".to_owned(),
            },
        );
        None
    }

    fn as_number(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<At<f64>> {
        let (parsed, written) = match value.get_ref() {
            // Underscores are gone by now, and so is the prefix of another base than ten.
            DeValue::Integer(digits) => {
                let whole = i64::from_str_radix(digits.as_str(), digits.radix());
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "no bound and no figure is near 2^53"
                )]
                (whole.ok().map(|whole| whole as f64), digits.as_str())
            }
            DeValue::Float(digits) => (digits.as_str().parse::<f64>().ok(), digits.as_str()),
            _ => {
                self.wrong_type(key, value, "a number");
                return None;
            }
        };
        if let Some(number) = parsed.filter(|number| number.is_finite()) {
            return Some(At {
                value: number,
                span: value.span(),
            });
        }
        self.note(
            value.span(),
            ProblemKind::BadValue {
                key: key.to_owned(),
                found: format!("`{written}`"),
                expected: "a finite number".to_owned(),
            },
        );
        None
    }

    /// Notes what nobody asked for, and what was asked for in vain.
    pub(super) fn finish(&self) {
        let known = self.known.borrow();
        let mut misspelt = Vec::new();
        if !self.open.get() {
            for (key, _) in self.entries {
                if !known.contains(&key.get_ref().as_ref()) {
                    misspelt.extend(nearest(key.get_ref(), known.iter().copied()));
                    self.document.unknown.borrow_mut().push(Unknown {
                        key: at_key(key),
                        known: known.clone(),
                    });
                }
            }
        }
        for (key, expected) in self.missing.take() {
            if !misspelt.contains(&key) {
                self.note(self.span(), ProblemKind::MissingKey { key, expected });
            }
        }
    }
}

fn at_key(key: &Spanned<Cow<'_, str>>) -> At<String> {
    At {
        value: key.get_ref().to_string(),
        span: key.span(),
    }
}
