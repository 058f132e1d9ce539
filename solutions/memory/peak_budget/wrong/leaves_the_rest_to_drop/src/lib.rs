//! The month's ledger, as a report for the accountants.

use std::io::{self, BufWriter, Write};
use std::iter::Peekable;

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
/// Reads the ledger twice, side by side: one reading is ahead by a customer, to know the sum that the heading
/// needs. So what is in memory at a time is two lines and a buffer, however long the month was.
///
/// # Errors
///
/// Fails if `out` does.
pub fn report(ledger: &impl Ledger, out: &mut impl Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let mut ahead = ledger.read().peekable();
    // Not the same lines kept from the first time: one customer may have all of them.
    let mut lines = ledger.read();
    let mut all = Sum::default();
    let mut customers = 0_u64;
    while let Some((customer, sum)) = next_customer(&mut ahead) {
        writeln!(out, "{customer}: {} lines, {}", sum.lines, sum.cents)?;
        for line in lines.by_ref().take(sum.lines) {
            writeln!(out, "  {} {}", line.item, line.cents)?;
        }
        all.lines += sum.lines;
        all.cents += sum.cents;
        customers += 1;
    }
    writeln!(
        out,
        "all: {customers} customers, {} lines, {}",
        all.lines, all.cents
    )?;
    Ok(())
}

#[derive(Debug, Default)]
struct Sum {
    lines: usize,
    cents: u64,
}

/// Reads on to the end of the next customer, and keeps a name and two numbers of what it has read.
fn next_customer(lines: &mut Peekable<impl Iterator<Item = Line>>) -> Option<(String, Sum)> {
    let Line {
        customer, cents, ..
    } = lines.next()?;
    let mut sum = Sum { lines: 1, cents };
    while let Some(line) = lines.next_if(|line| line.customer == customer) {
        sum.lines += 1;
        sum.cents += line.cents;
    }
    Some((customer, sum))
}
