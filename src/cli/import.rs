//! `author import`: brings in courses that were made for other tools. It needs no desk.

use std::path::Path;

use colored::Colorize as _;
use serde_json::json;

use super::args::{ImportArgs, ImportCommand};
use super::{CliError, Exit};
use crate::author::{self, ImportFormat, Imported, Solutions};
use crate::course::plural;
use crate::report::{self, Screen};

/// So many exercises are named where something is the same for all of them.
const NAMED: usize = 5;

/// `workbook author import`
pub fn run(wanted: &ImportCommand, from: &Path, screen: &mut Screen) -> Result<Exit, CliError> {
    let folder;
    let (format, args) = match wanted {
        ImportCommand::Rustlings(args) => (ImportFormat::Rustlings, args),
        ImportCommand::Exercism(args) => (ImportFormat::Exercism, args),
        ImportCommand::Crates {
            import,
            solutions,
            solutions_branch,
        } => {
            let solutions = match (solutions, solutions_branch) {
                (Some(dir), _) => {
                    folder = from.join(dir);
                    Solutions::Folder(&folder)
                }
                (None, Some(branch)) => Solutions::Branch(branch),
                (None, None) => Solutions::None,
            };
            (ImportFormat::Crates(solutions), import)
        }
    };
    let imported = author::import(format, &from.join(&args.dir), &from.join(&args.out))?;
    if args.json {
        screen.line(report::json::document(json(&imported)));
    } else {
        print(&imported, args, screen);
    }
    Ok(Exit::Success)
}

fn json(imported: &Imported) -> serde_json::Value {
    let left = imported.left.notes();
    let left = left.map(|(what, whose)| json!({ "what": what, "where": whose }));
    json!({
        "title": imported.title,
        "exercises": imported.exercises,
        "tests": imported.tests,
        "without_reference": imported.without_reference,
        "left": left.collect::<Vec<_>>(),
    })
}

fn print(imported: &Imported, args: &ImportArgs, screen: &mut Screen) {
    let out = args.out.display();
    let line = format!(
        "{}: {} with {} in {out}",
        imported.title,
        plural(imported.exercises, "exercise"),
        plural(imported.tests, "test"),
    );
    screen.line(line.bold().to_string());
    let mut notes = imported.left.notes().peekable();
    if notes.peek().is_some() {
        screen.line("Not carried, or carried as something else:");
    }
    for (what, whose) in notes {
        let mut names = whose[..whose.len().min(NAMED)].join(", ");
        if whose.len() > NAMED {
            names = format!("{names} and {} more, see IMPORTED.md", whose.len() - NAMED);
        }
        screen.prose(format!("  {what}: {names}"));
    }
    screen.line(format!(
        "  `workbook -C {out} author prove` shows that it holds"
    ));
}
