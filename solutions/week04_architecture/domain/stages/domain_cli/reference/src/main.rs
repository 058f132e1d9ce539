//! The process: its arguments, its environment, its streams, and nothing else.

use std::env;
use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use rooms::cli::Streams;
use rooms::wiring::start;

fn main() -> ExitCode {
    // What is not UTF-8 would be another title in any other spelling. As it is, it is no command.
    let args = env::args_os().skip(1).map(OsString::into_string);
    let args: Vec<String> = args.collect::<Result<_, _>>().unwrap_or_default();
    let streams = Streams {
        out: &mut io::stdout(),
        err: &mut io::stderr(),
    };
    ExitCode::from(start(&args, |name| env::var(name).ok(), streams))
}
