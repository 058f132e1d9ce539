//! Medians as the log wants them: collected where the samples are, and written where the line is.

use std::fmt::Write as _;

use extension_blanket::Medians;

fn main() {
    let samples = [("/cart".to_owned(), 12.5), ("/login".to_owned(), 3.0)];
    let medians: Medians = samples.into_iter().collect();
    let mut log = String::new();
    writeln!(log, "medians: {medians}").expect("a string takes all");
    println!("{log}{medians}");
}
