//! The program around the library.

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    match task_manager::run(env::args_os().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If that fails there is nobody left to tell, and `eprintln!` would panic about it.
            let _ = write!(io::stderr(), "{}", error.report());
            ExitCode::from(error.exit_code())
        }
    }
}
