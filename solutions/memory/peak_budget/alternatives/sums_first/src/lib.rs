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
/// Reads the ledger once for the sums, of which there is one per customer, and once for the lines.
///
/// # Errors
///
/// Fails if `out` does.
pub fn report(ledger: &impl Ledger, out: &mut impl Write) -> io::Result<()> {
    // In the order of the ledger, so the names are not needed: two numbers per customer.
    let mut sums: Vec<(u64, u64)> = Vec::new();
    let mut last = None;
    for line in ledger.read() {
        if last.as_ref() != Some(&line.customer) {
            sums.push((0, 0));
            last = Some(line.customer);
        }
        if let Some((lines, cents)) = sums.last_mut() {
            *lines += 1;
            *cents += line.cents;
        }
    }

    let mut lines = ledger.read();
    for (count, sum) in &sums {
        for number in 0..*count {
            let Some(line) = lines.next() else { break };
            if number == 0 {
                writeln!(out, "{}: {count} lines, {sum}", line.customer)?;
            }
            writeln!(out, "  {} {}", line.item, line.cents)?;
        }
    }
    let all = sums
        .iter()
        .fold((0, 0), |all, sum| (all.0 + sum.0, all.1 + sum.1));
    writeln!(
        out,
        "all: {} customers, {} lines, {}",
        sums.len(),
        all.0,
        all.1
    )
}
