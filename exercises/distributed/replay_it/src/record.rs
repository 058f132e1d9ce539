//! A record of the log, as it was written on the day.

use std::fmt;

/// Something that has happened. Records are appended, and never changed: the versions that were written in
/// 2021 are read for as long as there are accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    kind: String,
    version: u32,
    fields: Vec<(String, u64)>,
}

impl Record {
    /// A record to append.
    pub fn new(kind: &str, version: u32, fields: &[(&str, u64)]) -> Self {
        Self {
            kind: kind.to_owned(),
            version,
            fields: fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), *value))
                .collect(),
        }
    }

    /// What it is about.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// In which form it was written.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The number of this name, if there is one.
    pub fn number(&self, name: &str) -> Option<u64> {
        let field = self.fields.iter().find(|(found, _)| found == name)?;
        Some(field.1)
    }
}

/// `spent/2 points=250`.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.version)?;
        for (name, value) in &self.fields {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}
