//! `stock [--below N] [--csv]`: reads the movements of the day, and prints what is there.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use lay_it_out::stock::Movement;

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
    let mut below = None;
    let mut csv = false;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--csv" => csv = true,
            "--below" => match words.next().map(|number| number.parse::<u64>()) {
                Some(Ok(number)) => below = Some(number),
                _ => {
                    let _ = writeln!(errors, "stock: `--below` needs a number");
                    return 2;
                }
            },
            other => {
                let _ = writeln!(errors, "stock: unknown option `{other}`");
                return 2;
            }
        }
    }

    let mut amounts: BTreeMap<String, u64> = BTreeMap::new();
    let mut number = 0;
    let mut line = String::new();
    loop {
        line.clear();
        number += 1;
        match input.read_line(&mut line) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => {
                let _ = writeln!(errors, "stock: read the movements: {error}");
                return 1;
            }
        }
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let movement = match text.split_once(',') {
            Some((sku, change)) if !sku.trim().is_empty() => {
                change.trim().parse().ok().map(|change| Movement {
                    sku: sku.trim().to_owned(),
                    change,
                })
            }
            _ => None,
        };
        let Some(Movement { sku, change }) = movement else {
            let _ = writeln!(errors, "stock: line {number}: `{text}` is no movement");
            return 1;
        };
        let there = amounts.get(&sku).copied().unwrap_or(0);
        match there.checked_add_signed(change) {
            Some(now) => {
                amounts.insert(sku, now);
            }
            None if change < 0 => {
                let _ = writeln!(
                    errors,
                    "stock: line {number}: {} of {sku} went, and {there} were there",
                    change.unsigned_abs()
                );
                return 1;
            }
            None => {
                let _ = writeln!(
                    errors,
                    "stock: line {number}: there is no room for so many of {sku}"
                );
                return 1;
            }
        }
    }

    if csv {
        let _ = writeln!(output, "sku,amount,reorder");
    }
    for (sku, amount) in &amounts {
        let reorder = below.is_some_and(|below| *amount < below);
        let written = match (csv, reorder) {
            (true, true) => writeln!(output, "{sku},{amount},yes"),
            (true, false) => writeln!(output, "{sku},{amount},no"),
            (false, true) => writeln!(output, "{sku:<12} {amount:>6}  reorder"),
            (false, false) => writeln!(output, "{sku:<12} {amount:>6}"),
        };
        if let Err(error) = written {
            let _ = writeln!(errors, "stock: write the report: {error}");
            return 1;
        }
    }
    0
}
