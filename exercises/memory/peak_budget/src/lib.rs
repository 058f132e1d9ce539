//! The month's ledger, as a report for the accountants.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Who pays.
    pub customer: String,
    /// What for.
    pub item: String,
    /// How much.
    pub cents: u64,
}

/// The ledger of a month that is closed.
pub trait Ledger {
    /// Reads all lines, sorted by customer; the lines of one customer are in the order of time. It can be
    /// read more than once, and says the same each time, but each reading is a query of some minutes.
    fn read(&self) -> impl Iterator<Item = Line>;
}

/// Writes the report: for each customer a heading with the number of lines and their sum, then the lines, and
/// at the end the sum of all.
///
/// ```text
/// acme: 2 lines, 1250
///   hosting 1000
///   traffic 250
/// all: 1 customers, 2 lines, 1250
/// ```
///
/// # Errors
///
/// Fails if `out` does.
pub fn report(ledger: &impl Ledger, out: &mut impl Write) -> io::Result<()> {
    let mut customers: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for line in ledger.read() {
        customers
            .entry(line.customer.clone())
            .or_default()
            .push(line);
    }

    let mut text = String::new();
    let (mut count, mut all) = (0, 0);
    for (customer, lines) in &customers {
        let sum: u64 = lines.iter().map(|line| line.cents).sum();
        let _ = writeln!(text, "{customer}: {} lines, {sum}", lines.len());
        for line in lines {
            let _ = writeln!(text, "  {} {}", line.item, line.cents);
        }
        count += lines.len();
        all += sum;
    }
    let _ = writeln!(
        text,
        "all: {} customers, {count} lines, {all}",
        customers.len()
    );
    out.write_all(text.as_bytes())
}
