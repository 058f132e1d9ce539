//! The month's ledger, as a report for the accountants.

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
    let mut lines = ledger.read().peekable();
    let (mut customers, mut count, mut all) = (0, 0, 0);
    while let Some(first) = lines.next() {
        let customer = first.customer.clone();
        let mut group = vec![first];
        while let Some(line) = lines.next_if(|line| line.customer == customer) {
            group.push(line);
        }
        let sum: u64 = group.iter().map(|line| line.cents).sum();
        writeln!(out, "{customer}: {} lines, {sum}", group.len())?;
        for line in &group {
            writeln!(out, "  {} {}", line.item, line.cents)?;
        }
        customers += 1;
        count += group.len();
        all += sum;
    }
    writeln!(out, "all: {customers} customers, {count} lines, {all}")
}
