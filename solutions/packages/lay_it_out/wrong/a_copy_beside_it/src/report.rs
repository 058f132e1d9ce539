//! The report, as a text. Who asks for it decides where it goes.

use crate::stock::Stock;

/// A table for people. What is below the limit is marked.
pub fn table(stock: &Stock, below: Option<u64>) -> String {
    let line = |(sku, amount): (&str, u64)| {
        let mark = if is_short(amount, below) {
            "  reorder"
        } else {
            ""
        };
        format!("{sku:<12} {amount:>6}{mark}\n")
    };
    stock.amounts().map(line).collect()
}

/// The same for programs, with a header.
pub fn csv(stock: &Stock, below: Option<u64>) -> String {
    let line = |(sku, amount): (&str, u64)| {
        let reorder = if is_short(amount, below) { "yes" } else { "no" };
        format!("{sku},{amount},{reorder}\n")
    };
    let lines: String = stock.amounts().map(line).collect();
    format!("sku,amount,reorder\n{lines}")
}

fn is_short(amount: u64, below: Option<u64>) -> bool {
    below.is_some_and(|below| amount < below)
}
