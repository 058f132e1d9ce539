//! Reports figures to the engine.

use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::Write;

/// The environment variable in which the engine names the file to report to.
pub const FIGURES_FILE: &str = "WORKBOOK_FIGURES";

/// Reports one figure, such as `("allocations", 12)`. The name is the `figure` of a `[[budgets]]`
/// table in `exercise.toml`, which says the unit and the budget; if a name is reported twice, the
/// engine judges the larger value.
///
/// Without an engine (`cargo test` by hand) the figure is printed instead.
///
/// # Panics
///
/// Panics if the name has a tab or line break, or if the engine's file can't be written: a figure
/// that is lost must not pass for a figure within budget.
pub fn report(name: &str, value: impl Into<Figure>) {
    let Figure(value) = value.into();
    assert!(
        !name.contains(['\t', '\n']),
        "a figure's name is one word: {name:?}"
    );
    match std::env::var_os(FIGURES_FILE) {
        None => println!("figure {name} = {value}"),
        Some(path) => {
            let mut file = OpenOptions::new()
                .append(true)
                .create(true)
                .open(&path)
                .unwrap_or_else(|e| {
                    panic!("could not open {} to report a figure: {e}", path.display())
                });
            // One write per line, so that figures from several threads do not mix.
            file.write_all(format!("{name}\t{value}\n").as_bytes())
                .unwrap_or_else(|e| panic!("could not report {name} to {}: {e}", path.display()));
        }
    }
}

/// A figure: any number, kept as text so that a count loses no digit.
pub struct Figure(String);

impl Figure {
    fn of(value: impl Display) -> Self {
        Figure(value.to_string())
    }
}

macro_rules! figure_from {
    ($($number:ty),*) => {
        $(impl From<$number> for Figure {
            fn from(value: $number) -> Self {
                Figure::of(value)
            }
        })*
    };
}

figure_from!(u32, u64, usize, i32, i64, f64);
