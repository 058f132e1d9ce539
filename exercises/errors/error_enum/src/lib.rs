//! Reads the stock list that a supplier sends each night: one item a line, as `sku;quantity;price`.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io::BufRead;

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
#[derive(Debug)]
pub enum ImportError {
    /// The list could not be read.
    Read(String),
    /// A line has more or fewer than three fields.
    Fields {
        /// Which line.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// A quantity is no number.
    Quantity {
        /// Which line.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// A price is none.
    Price {
        /// Which line.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// A line has an item that an earlier line has.
    Duplicate {
        /// Which line.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(message) => write!(f, "read the stock list: {message}"),
            Self::Fields { line, message }
            | Self::Quantity { line, message }
            | Self::Price { line, message }
            | Self::Duplicate { line, message } => write!(f, "line {line}: {message}"),
        }
    }
}

impl Error for ImportError {}

/// Why a text is no price.
#[derive(Debug)]
pub struct PriceError(String);

impl fmt::Display for PriceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for PriceError {}

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
        let text = text.map_err(|error| ImportError::Read(error.to_string()))?;
        let item = item(line, &text)?;
        if let Some(first) = seen.insert(item.sku.clone(), line) {
            return Err(ImportError::Duplicate {
                line,
                message: format!("item `{}` is in line {first} already", item.sku),
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
            message: format!("there are {} fields, not 3", fields.len()),
        });
    };
    let quantity = quantity.parse().map_err(|error| ImportError::Quantity {
        line,
        message: format!("bad quantity `{quantity}`: {error}"),
    })?;
    let cents = cents(price).map_err(|error| ImportError::Price {
        line,
        message: format!("bad price: {error}"),
    })?;
    Ok(Item {
        sku: sku.to_owned(),
        quantity,
        cents,
    })
}

/// The cents of a price, as in `1250 EUR`.
fn cents(text: &str) -> Result<u64, PriceError> {
    let Some(amount) = text.strip_suffix(" EUR") else {
        return Err(PriceError(format!("`{text}` is not in EUR")));
    };
    amount
        .parse()
        .map_err(|error| PriceError(format!("the amount `{amount}` is no number: {error}")))
}
