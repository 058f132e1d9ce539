//! `dunning FOLDER [--dry] [--only KIND]`: writes the reminders of today.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((folder, flags)) = words.split_first() else {
        println!("usage: dunning FOLDER [--dry] [--only KIND]");
        return ExitCode::from(2);
    };
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    ExitCode::from(dunning::run(Path::new(folder), &flags))
}
