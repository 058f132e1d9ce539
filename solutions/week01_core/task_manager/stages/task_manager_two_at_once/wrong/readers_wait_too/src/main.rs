//! The program around the library.

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    match task_manager::run(env::args_os().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
