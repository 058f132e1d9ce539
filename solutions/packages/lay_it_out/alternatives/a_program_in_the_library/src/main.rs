//! `stock [--below N] [--csv]`: reads the movements of the day, and prints what is there.

use std::env;
use std::io;
use std::process::ExitCode;

pub(crate) use lay_it_out::program::run;

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
