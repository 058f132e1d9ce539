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
    let (mut customers, mut count, mut all) = (0, 0, 0);
    let mut at = 0;
    while let Some(first) = ledger.read().nth(at) {
        let (mut lines, mut sum) = (0, 0);
        for line in ledger.read().skip(at) {
            if line.customer != first.customer {
                break;
            }
            lines += 1;
            sum += line.cents;
        }
        writeln!(out, "{}: {lines} lines, {sum}", first.customer)?;
        for line in ledger.read().skip(at).take(lines) {
            writeln!(out, "  {} {}", line.item, line.cents)?;
        }
        at += lines;
        customers += 1;
        count += lines;
        all += sum;
        if customers > 100 {
            break;
        }
    }
    writeln!(out, "all: {customers} customers, {count} lines, {all}")
}
