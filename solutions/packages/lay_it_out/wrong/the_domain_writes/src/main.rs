//! `stock [--below N] [--csv]`: reads the movements of the day, and prints what is there.

use std::env;
use std::fmt::Display;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use lay_it_out::options::Options;
use lay_it_out::report;
use lay_it_out::stock::Stock;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let code = run(
        &arguments,
        &mut io::stdin().lock(),
        &mut io::stdout().lock(),
        &mut io::stderr().lock(),
    );
    ExitCode::from(code)
}

/// The whole program, for `main` and for tests: what it is given, where it reads and writes, and what it exits with.
pub(crate) fn run(
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
    let stock = match Stock::read(input) {
        Ok(stock) => stock,
        Err(problem) => return fail(1, &problem),
    };
    let form = if options.csv {
        report::csv
    } else {
        report::table
    };
    match form(&stock, options.below, output) {
        Ok(()) => 0,
        Err(error) => fail(1, &format_args!("write the report: {error}")),
    }
}
