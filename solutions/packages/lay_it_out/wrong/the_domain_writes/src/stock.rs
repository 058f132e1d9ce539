//! The stock. Nothing in here reads, writes, or ends the program.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::io::BufRead;

/// Goods that came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// What moved.
    pub sku: String,
    /// How many came, or went if it is below nought.
    pub change: i64,
}

/// What is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stock {
    amounts: BTreeMap<String, u64>,
}

/// What is wrong with the movements. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A line is not `sku,change`.
    NotAMovement {
        /// Where.
        line: usize,
        /// What is there.
        text: String,
    },
    /// More went than were there.
    TooFew {
        /// Where.
        line: usize,
        /// Of what.
        sku: String,
        /// How many went.
        went: u64,
        /// How many were there.
        there: u64,
    },
    /// More came than can be counted.
    TooMany {
        /// Where.
        line: usize,
        /// Of what.
        sku: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAMovement { line, text } => write!(f, "line {line}: `{text}` is no movement"),
            Self::TooFew {
                line,
                sku,
                went,
                there,
            } => write!(
                f,
                "line {line}: {went} of {sku} went, and {there} were there"
            ),
            Self::TooMany { line, sku } => {
                write!(f, "line {line}: there is no room for so many of {sku}")
            }
        }
    }
}

impl Error for Problem {}

impl Stock {
    /// What is there after these movements.
    ///
    /// # Errors
    ///
    /// The first problem, or that of the input.
    pub fn read(input: &mut dyn BufRead) -> Result<Self, Box<dyn Error>> {
        let mut stock = Self::default();
        for (line, text) in (1..).zip(input.lines()) {
            let text = text.map_err(|error| format!("read the movements: {error}"))?;
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let movement = movement(text).ok_or_else(|| Problem::NotAMovement {
                line,
                text: text.to_owned(),
            })?;
            stock.apply(line, movement)?;
        }
        Ok(stock)
    }

    /// What is there and how much of it, in order.
    pub fn amounts(&self) -> impl Iterator<Item = (&str, u64)> {
        self.amounts
            .iter()
            .map(|(sku, amount)| (sku.as_str(), *amount))
    }

    fn apply(&mut self, line: usize, Movement { sku, change }: Movement) -> Result<(), Problem> {
        let there = self.amounts.get(&sku).copied().unwrap_or(0);
        match there.checked_add_signed(change) {
            Some(now) => {
                self.amounts.insert(sku, now);
                Ok(())
            }
            None if change < 0 => Err(Problem::TooFew {
                line,
                sku,
                went: change.unsigned_abs(),
                there,
            }),
            None => Err(Problem::TooMany { line, sku }),
        }
    }
}

/// `sku,change`, with white space around either.
fn movement(text: &str) -> Option<Movement> {
    let (sku, change) = text.split_once(',')?;
    let (sku, change) = (sku.trim(), change.trim().parse().ok()?);
    (!sku.is_empty()).then(|| Movement {
        sku: sku.to_owned(),
        change,
    })
}
