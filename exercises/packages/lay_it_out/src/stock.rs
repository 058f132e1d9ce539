//! The stock. Nothing in here reads, writes, or ends the program.

/// Goods that came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// What moved.
    pub sku: String,
    /// How many came, or went if it is below nought.
    pub change: i64,
}
