//! A course on its way from another tool: what every importer makes, and `write` puts on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::course::{Origin, is_id};

/// Files by their paths, relative to what they are in.
pub(super) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// A whole course.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub id: String,
    pub title: String,
    /// The reading.
    pub notes: String,
    pub parts: Vec<DraftPart>,
    /// Objectives as topic, name and text, in order.
    pub objectives: Vec<(String, String, String)>,
    /// Tables of the workspace's manifest.
    pub workspace: toml::Table,
    pub lock: Option<Vec<u8>>,
    /// What has to come along wherever the rest goes.
    pub licences: Files,
    /// Crates that exercises depend on, below `helpers/`.
    pub helpers: Files,
}

/// A topic.
#[derive(Debug)]
pub(super) struct DraftPart {
    pub id: String,
    pub title: String,
    pub exercises: Vec<DraftExercise>,
}

/// One exercise.
#[derive(Debug)]
pub(super) struct DraftExercise {
    pub id: String,
    pub title: String,
    pub summary: String,
    pub minutes: u32,
    pub objectives: Vec<String>,
    pub needs: Vec<String>,
    pub hints: Vec<String>,
    pub statement: String,
    pub owned: Vec<String>,
    /// Tests as target and name.
    pub tests: Vec<(String, String)>,
    pub lints: Vec<String>,
    pub origin: Origin,
    /// Compiled as for a release.
    pub optimised: bool,
    /// The crate, starters included.
    pub files: Files,
    /// The owned files of the solution.
    pub reference: Files,
    /// What only instructors read.
    pub aside: Files,
}

/// What did not come along, and with how many exercises.
#[derive(Debug, Default)]
pub struct Left {
    notes: Vec<(String, Vec<String>)>,
}

impl Left {
    /// Notes that something was left, or became something else.
    pub(super) fn note(&mut self, what: impl Into<String>, whose: &str) {
        let what = what.into();
        match self.notes.iter_mut().find(|(known, _)| *known == what) {
            Some((_, list)) if list.iter().any(|known| known == whose) => {}
            Some((_, list)) => list.push(whose.to_owned()),
            None => self.notes.push((what, vec![whose.to_owned()])),
        }
    }

    /// What was left, each with where it was.
    pub fn notes(&self) -> impl Iterator<Item = (&str, &[String])> {
        let notes = self.notes.iter();
        notes.map(|(what, whose)| (what.as_str(), whose.as_slice()))
    }
}

/// Gives out ids, each once.
#[derive(Debug, Default)]
pub(super) struct Ids(BTreeSet<String>);

/// Names that cargo refuses for a package, or Rust for a crate.
const TAKEN: [&str; 21] = [
    "alloc",
    "as",
    "async",
    "await",
    "build",
    "const",
    "core",
    "crate",
    "deps",
    "dyn",
    "enum",
    "examples",
    "loop",
    "macro",
    "match",
    "probes",
    "proc_macro",
    "self",
    "std",
    "test",
    "type",
];

impl Ids {
    /// An id as near to the name as ids can be.
    pub fn give(&mut self, name: &str) -> String {
        let mut id = String::new();
        for c in name.chars() {
            match c.to_ascii_lowercase() {
                c if c.is_ascii_alphanumeric() => id.push(c),
                _ if id.ends_with('_') || id.is_empty() => {}
                _ => id.push('_'),
            }
        }
        let id = id.trim_end_matches('_');
        let mut id = if is_id(id) && !TAKEN.contains(&id) {
            id.to_owned()
        } else {
            format!("x_{id}").trim_end_matches('_').to_owned()
        };
        let first = id.clone();
        let mut number = 1;
        while !self.0.insert(id.clone()) {
            number += 1;
            id = format!("{first}_{number}");
        }
        id
    }
}

/// The words of a folder's name without the number that puts it in order: `03_ticket_v1` → `Ticket v1`.
pub(super) fn title_of(folder: &str) -> String {
    let words = folder.trim_start_matches(|c: char| c.is_ascii_digit() || "_-. ".contains(c));
    let words = if words.is_empty() { folder } else { words };
    let mut chars = words
        .chars()
        .map(|c| if "_-".contains(c) { ' ' } else { c });
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

/// The first sentence of a text, in one line that a list has room for.
pub(super) fn summary_of(text: &str, otherwise: &str) -> String {
    let first = text.split("\n\n").map(str::trim);
    let prose = first.filter(|it| !it.is_empty() && !it.starts_with(['#', '`', '-', '|', '<']));
    let line: String = prose
        .take(1)
        .flat_map(|it| it.split_whitespace())
        .collect::<Vec<_>>()
        .join(" ");
    let sentence = line
        .split_once(". ")
        .map_or(line.as_str(), |(first, _)| first);
    let sentence = sentence.trim_end_matches(['.', ':']);
    let sentence = sentence.trim_start_matches("TODO: ");
    match sentence.chars().count() {
        0 => otherwise.to_owned(),
        1..=100 => sentence.to_owned(),
        _ => {
            let cut: String = sentence.chars().take(98).collect();
            let whole = cut
                .rsplit_once(' ')
                .map_or(cut.as_str(), |(whole, _)| whole);
            format!("{whole} …")
        }
    }
}

/// Markdown with its headings so many levels lower.
pub(super) fn lowered(text: &str, levels: usize) -> String {
    let mut fenced = false;
    let lines = text.lines().map(|line| {
        fenced ^= line.trim_start().starts_with("```");
        if line.starts_with('#') && !fenced {
            format!("{}{line}\n", "#".repeat(levels))
        } else {
            format!("{line}\n")
        }
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_near_to_names_and_given_once() {
        let mut ids = Ids::default();
        let given: Vec<String> = ["two-fer", "Two Fer", "01_intro", "match", "a--b_"]
            .iter()
            .map(|name| ids.give(name))
            .collect();
        assert_eq!(
            given,
            ["two_fer", "two_fer_2", "x_01_intro", "x_match", "a_b"]
        );
        assert!(given.iter().all(|id| is_id(id)), "{given:?}");
    }

    #[test]
    fn a_summary_is_one_line() {
        let check = |text: &str, expected: &str| assert_eq!(summary_of(text, "Solve it"), expected);
        check("# Title\n\nAdd two\nnumbers. Then rest.", "Add two numbers");
        check("TODO: Mend it.", "Mend it");
        check("", "Solve it");
        assert!(summary_of(&"word ".repeat(40), "").chars().count() <= 100);
    }

    #[test]
    fn what_was_left_is_told_once_for_all() {
        let mut left = Left::default();
        left.note("its icon", "a");
        left.note("its icon", "b");
        let notes: Vec<_> = left.notes().collect();
        assert_eq!(notes, [("its icon", &["a".to_owned(), "b".to_owned()][..])]);
        assert_eq!(title_of("03_ticket-v1"), "Ticket v1");
        assert_eq!(lowered("# A\n```\n# b\n```\n", 1), "## A\n```\n# b\n```\n");
    }
}
