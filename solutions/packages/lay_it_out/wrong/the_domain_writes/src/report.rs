//! The report.

use std::io::{self, Write};

use crate::stock::Stock;

/// Writes a table for people.
///
/// # Errors
///
/// What the output says.
pub fn table(stock: &Stock, below: Option<u64>, output: &mut dyn Write) -> io::Result<()> {
    for (sku, amount) in stock.amounts() {
        let mark = if is_short(amount, below) {
            "  reorder"
        } else {
            ""
        };
        writeln!(output, "{sku:<12} {amount:>6}{mark}")?;
    }
    Ok(())
}

/// Writes the same for programs.
///
/// # Errors
///
/// What the output says.
pub fn csv(stock: &Stock, below: Option<u64>, output: &mut dyn Write) -> io::Result<()> {
    writeln!(output, "sku,amount,reorder")?;
    for (sku, amount) in stock.amounts() {
        let reorder = if is_short(amount, below) { "yes" } else { "no" };
        writeln!(output, "{sku},{amount},{reorder}")?;
    }
    Ok(())
}

fn is_short(amount: u64, below: Option<u64>) -> bool {
    below.is_some_and(|below| amount < below)
}
