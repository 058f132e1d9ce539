//! A worker hands its error to another thread, and to code that takes any error.

use std::error::Error;
use std::thread;

use error_enum::{ImportError, PriceError};

fn boxed(error: ImportError) -> Box<dyn Error + Send + Sync> {
    error.into()
}

fn also_boxed(error: PriceError) -> Box<dyn Error + Send + Sync> {
    error.into()
}

fn main() {
    let worker = thread::spawn(|| error_enum::import("bolt;ten;5 EUR".as_bytes()));
    let answer = worker.join().expect("the import does not panic");
    println!("{}", answer.map_err(boxed).is_err());
    let _ = also_boxed;
}
