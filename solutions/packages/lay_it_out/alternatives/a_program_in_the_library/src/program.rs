//! The program without a process: given its words, its input and where to write, it answers the exit code.

use std::fmt::Display;
use std::io::{BufRead, Write};

use crate::options::Options;
use crate::report;
use crate::stock::Stock;

/// The whole program: what it is given, where it reads and writes, and what it exits with.
pub fn run(
    arguments: &[String],
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    errors: &mut dyn Write,
) -> u8 {
    let mut fail = |code, problem: &dyn Display| {
        let _ = writeln!(errors, "stock: {problem}");
        code
    };
    let options = match Options::read(arguments) {
        Ok(options) => options,
        Err(problem) => return fail(2, &problem),
    };
    let mut movements = String::new();
    if let Err(error) = input.read_to_string(&mut movements) {
        return fail(1, &format_args!("read the movements: {error}"));
    }
    let stock = match Stock::read(&movements) {
        Ok(stock) => stock,
        Err(problem) => return fail(1, &problem),
    };
    let form = if options.csv {
        report::csv
    } else {
        report::table
    };
    match output.write_all(form(&stock, options.below).as_bytes()) {
        Ok(()) => 0,
        Err(error) => fail(1, &format_args!("write the report: {error}")),
    }
}
