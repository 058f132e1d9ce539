//! The service that answers with the same report: it has no terminal, and a body of bytes.

use lay_it_out::report;
use lay_it_out::stock::{Problem, Stock};

fn main() -> Result<(), Problem> {
    let stock = Stock::read("bolt,40\n")?;
    let table: fn(&Stock, Option<u64>) -> String = report::table;
    let csv: fn(&Stock, Option<u64>) -> String = report::csv;
    println!(
        "{} {}",
        table(&stock, None).len(),
        csv(&stock, Some(9)).len()
    );
    Ok(())
}
