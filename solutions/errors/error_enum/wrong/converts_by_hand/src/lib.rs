//! Reads the stock list that a supplier sends each night: one item a line, as `sku;quantity;price`.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io::{self, BufRead};
use std::num::ParseIntError;

/// An item of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What the supplier calls it.
    pub sku: String,
    /// How many there are.
    pub quantity: u32,
    /// What one costs, in cents.
    pub cents: u64,
}

/// Why a list was not imported. Lines are counted from 1.
///
/// A variant is what a caller may want to treat apart, with the data for it. Its text is this layer's part only;
/// what was wrong below is in `source`.
#[derive(Debug)]
pub enum ImportError {
    /// The list could not be read.
    Read(io::Error),
    /// A line has more or fewer than three fields.
    Fields {
        /// Which line.
        line: usize,
        /// How many fields it has.
        found: usize,
    },
    /// A quantity is no number.
    Quantity {
        /// Which line.
        line: usize,
        /// What stands there.
        text: String,
        /// Why it is no number.
        source: ParseIntError,
    },
    /// A price is none.
    Price {
        /// Which line.
        line: usize,
        /// Why it is none; that error has the text.
        source: PriceError,
    },
    /// A line has an item that an earlier line has.
    Duplicate {
        /// Which line.
        line: usize,
        /// The earlier line.
        first: usize,
        /// The item.
        sku: String,
    },
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(_) => write!(f, "can't read the stock list"),
            Self::Fields { line, found } => write!(f, "line {line} has {found} fields, not 3"),
            Self::Quantity { line, text, .. } => {
                write!(f, "the quantity `{text}` in line {line} is not a number")
            }
            Self::Price { line, .. } => write!(f, "the price in line {line} is none"),
            Self::Duplicate { line, first, sku } => {
                write!(
                    f,
                    "line {line} has item `{sku}`, which line {first} has already"
                )
            }
        }
    }
}

impl Error for ImportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // No `_`: whoever adds a variant has to say what caused it.
        match self {
            Self::Read(source) => Some(source),
            Self::Quantity { source, .. } => Some(source),
            Self::Price { source, .. } => Some(source),
            Self::Fields { .. } | Self::Duplicate { .. } => None,
        }
    }
}

/// Why a text is no price.
#[derive(Debug)]
pub enum PriceError {
    /// It is in another currency, or in none.
    Currency {
        /// The whole text.
        text: String,
    },
    /// What stands before the currency is no number.
    Amount {
        /// What stands there.
        text: String,
        /// Why it is no number.
        source: ParseIntError,
    },
}

impl fmt::Display for PriceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Currency { text } => write!(f, "`{text}` is not in EUR"),
            Self::Amount { text, .. } => write!(f, "the amount `{text}` is not a number of cents"),
        }
    }
}

impl Error for PriceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Currency { .. } => None,
            Self::Amount { source, .. } => Some(source),
        }
    }
}

/// Reads the whole list, or tells what is wrong with it first.
///
/// # Errors
///
/// The first problem from the top.
pub fn import(list: impl BufRead) -> Result<Vec<Item>, ImportError> {
    let mut items = Vec::new();
    let mut seen = HashMap::new();
    for (at, text) in list.lines().enumerate() {
        let line = at + 1;
        let item = item(line, &text.map_err(ImportError::Read)?)?;
        if let Some(first) = seen.insert(item.sku.clone(), line) {
            return Err(ImportError::Duplicate {
                line,
                first,
                sku: item.sku,
            });
        }
        items.push(item);
    }
    Ok(items)
}

fn item(line: usize, text: &str) -> Result<Item, ImportError> {
    let fields: Vec<&str> = text.split(';').collect();
    let &[sku, quantity, price] = fields.as_slice() else {
        return Err(ImportError::Fields {
            line,
            found: fields.len(),
        });
    };
    Ok(Item {
        sku: sku.to_owned(),
        quantity: quantity.parse().map_err(|source| ImportError::Quantity {
            line,
            text: quantity.to_owned(),
            source,
        })?,
        cents: cents(price).map_err(|source| ImportError::Price { line, source })?,
    })
}

/// The cents of a price, as in `1250 EUR`.
fn cents(text: &str) -> Result<u64, PriceError> {
    let Some(amount) = text.strip_suffix(" EUR") else {
        return Err(PriceError::Currency {
            text: text.to_owned(),
        });
    };
    amount.parse().map_err(|source| PriceError::Amount {
        text: amount.to_owned(),
        source,
    })
}
