//! The planner: it has its movements in a string, wants numbers, and decides about problems itself.

use lay_it_out::stock::{Problem, Stock};

fn short(movements: &str) -> Result<u64, Problem> {
    let read: fn(&str) -> Result<Stock, Problem> = Stock::read;
    let stock = read(movements)?;
    let mut missing = 0;
    for (sku, amount) in stock.amounts() {
        let (sku, amount): (&str, u64) = (sku, amount);
        println!("{sku}");
        missing += 10_u64.saturating_sub(amount);
    }
    Ok(missing)
}

fn main() {
    match short("bolt,3\nbolt,-5\n") {
        Ok(missing) => println!("{missing}"),
        Err(Problem::NotAMovement { line, text }) => println!("{line} {text}"),
        Err(Problem::TooFew {
            line,
            sku,
            went,
            there,
        }) => println!("{line} {sku} {went} {there}"),
        Err(Problem::TooMany { line, sku }) => println!("{line} {sku}"),
    }
}
