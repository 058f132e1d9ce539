//! Reads the command line. Help, and what is wrong with a command line, have the colours that it asks for.

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _, ValueEnum as _};

use super::Args;
use crate::report::ColorWhen;

impl Args {
    /// What the user typed; ends the program with help or with what is wrong about it. These too have the
    /// colours that were asked for, which the parser itself would only know of afterwards.
    pub fn typed() -> Self {
        let typed: Vec<OsString> = std::env::args_os().collect();
        let command = Args::command().color(color_of_help(&typed));
        let matches = command.get_matches_from(typed);
        Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

/// What `--color` and `--plain` among these mean for help and errors. What is no such flag is left to the
/// parser.
fn color_of_help(typed: &[OsString]) -> clap::ColorChoice {
    let mut when = ColorWhen::Auto;
    let mut plain = false;
    let words = typed.iter().map(|word| word.to_str().unwrap_or_default());
    let mut words = words.take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let value = match word {
            "--plain" => {
                plain = true;
                continue;
            }
            "--color" => words.next().unwrap_or_default(),
            other => match other.strip_prefix("--color=") {
                Some(value) => value,
                None => continue,
            },
        };
        when = ColorWhen::from_str(value, true).unwrap_or(when);
    }
    match when.choice(plain) {
        anstream::ColorChoice::Never => clap::ColorChoice::Never,
        anstream::ColorChoice::Always | anstream::ColorChoice::AlwaysAnsi => {
            clap::ColorChoice::Always
        }
        anstream::ColorChoice::Auto => clap::ColorChoice::Auto,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_for_colours_count_for_help_wherever_they_stand() {
        let check = |typed: &str, expected: clap::ColorChoice| {
            let typed: Vec<OsString> = typed.split(' ').map(OsString::from).collect();
            assert_eq!(color_of_help(&typed), expected, "{typed:?}");
        };
        check("workbook --help --plain", clap::ColorChoice::Never);
        check("workbook lst --color never", clap::ColorChoice::Never);
        check("workbook --color=always --help", clap::ColorChoice::Always);
        check("workbook --plain --color=always", clap::ColorChoice::Always);
        check("workbook --plain --color", clap::ColorChoice::Never);
        check("workbook --plain --color=mauve", clap::ColorChoice::Never);
    }
}
