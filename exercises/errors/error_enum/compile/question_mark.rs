//! Whoever opens the list can use `?` on both of the errors that may come.

use std::fs::File;
use std::io::BufReader;

use error_enum::{ImportError, Item, import};

fn nightly(path: &str) -> Result<Vec<Item>, ImportError> {
    let file = File::open(path)?;
    import(BufReader::new(file))
}

fn main() {
    println!("{}", nightly("stock.csv").is_ok());
}
