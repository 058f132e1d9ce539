//! Which keys work now. The line of keys on the screen and what a key does are read from the same
//! table, so that a key is shown exactly if it works.

use colored::Colorize as _;

use super::keys::Key;
use super::state::State;
use crate::engine::{Outcome, can_profile};
use crate::report::text;

/// What a key does in the view of an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Go on to the next exercise.
    Next,
    /// Show a hint, the next one at each press.
    Hint,
    /// Show the whole statement.
    Statement,
    /// Show the list.
    List,
    /// Ask the questions.
    Quiz,
    /// Compare with the starter.
    Diff,
    /// Compare with the reference.
    DiffReference,
    /// Why it matters.
    Debrief,
    /// Measure.
    Bench,
    /// Show where time and memory go.
    Profile,
    /// Back to the start.
    Reset,
    /// Take a reset back.
    Undo,
    /// Open the editor.
    Edit,
    /// Show the week's reading.
    Notes,
    /// Run the checks again.
    Again,
    /// Say what the keys do.
    Help,
    /// End.
    Quit,
}

/// A key and what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The key.
    pub key: Key,
    /// What it is called on the screen.
    pub name: &'static str,
    /// What it does, in a word.
    pub label: &'static str,
    /// What it does, in a line.
    pub about: &'static str,
    /// What it does.
    pub action: Action,
}

const fn on(
    letter: char,
    name: &'static str,
    label: &'static str,
    about: &'static str,
    action: Action,
) -> Binding {
    Binding {
        key: Key::Char(letter),
        name,
        label,
        about,
        action,
    }
}

const ALL: [Binding; 17] = [
    on('n', "n", "next", "go on to the next exercise", Action::Next),
    on(
        'h',
        "h",
        "hint",
        "show the next hint; that is counted",
        Action::Hint,
    ),
    on(
        's',
        "s",
        "task",
        "show the whole statement",
        Action::Statement,
    ),
    on(
        'y',
        "y",
        "why",
        "why it matters: the text for after passing",
        Action::Debrief,
    ),
    on(
        'l',
        "l",
        "list",
        "list all exercises, search them, go to one",
        Action::List,
    ),
    on('z', "z", "quiz", "answer the questions", Action::Quiz),
    on(
        'd',
        "d",
        "diff",
        "what you changed since the start",
        Action::Diff,
    ),
    on(
        'c',
        "c",
        "compare",
        "compare yours with the reference",
        Action::DiffReference,
    ),
    on(
        'b',
        "b",
        "bench",
        "measure yours beside the starter's",
        Action::Bench,
    ),
    on(
        'p',
        "p",
        "profile",
        "where your time and memory go",
        Action::Profile,
    ),
    on(
        'r',
        "r",
        "reset",
        "back to the start; your files are kept",
        Action::Reset,
    ),
    on(
        'u',
        "u",
        "undo",
        "bring back the files from before the reset",
        Action::Undo,
    ),
    on(
        'o',
        "o",
        "open",
        "open the file in your editor",
        Action::Edit,
    ),
    on('w', "w", "notes", "the week's reading", Action::Notes),
    Binding {
        key: Key::Enter,
        name: "⏎",
        label: "run",
        about: "run the checks again",
        action: Action::Again,
    },
    on('?', "?", "keys", "what the keys do", Action::Help),
    on(
        'q',
        "q",
        "quit",
        "end; all that passed is recorded",
        Action::Quit,
    ),
];

/// The keys that work now in the view of the exercise.
pub fn bindings(state: &State) -> Vec<Binding> {
    ALL.into_iter()
        .filter(|binding| works(binding.action, state))
        .collect()
}

/// What each key does; and those that are always there. What goes on in another line does so below its text.
pub fn help(state: &State, columns: usize) -> Vec<String> {
    const ALWAYS: [(&str, &str); 7] = [
        ("↑ ↓ j k", "scroll by a line"),
        ("PgUp PgDn", "scroll by a page; so does the space bar"),
        ("g G", "to the start, to the end"),
        ("esc", "back to the exercise"),
        ("Ctrl-L", "draw the screen anew"),
        ("Ctrl-Z", "to the shell; `fg` comes back"),
        ("Ctrl-C", "end, as `q` does"),
    ];
    let here = bindings(state);
    let here = here.iter().map(|binding| (binding.name, binding.about));
    let mut lines = Vec::new();
    for (name, about) in here.chain([("", "")]).chain(ALWAYS) {
        let room = columns.saturating_sub(NAMES + 2).max(16);
        for (at, piece) in text::wrap(about, room).iter().enumerate() {
            let name = if at == 0 { name } else { "" };
            let pad = " ".repeat(NAMES.saturating_sub(text::width(name)));
            let line = format!("{}{pad}  {piece}", name.bold().cyan());
            lines.push(line.trim_end().to_owned());
        }
    }
    lines
}

/// Columns for the names of keys.
const NAMES: usize = 9;

fn works(action: Action, state: &State) -> bool {
    let hand = &state.hand;
    let exercise = &hand.exercise;
    let passes = state
        .verdict
        .as_ref()
        .is_some_and(|verdict| verdict.outcome == Outcome::Passed);
    match action {
        Action::Next => state.following().is_some() && (passes || hand.is_done),
        Action::Debrief | Action::DiffReference => hand.has_debrief && hand.is_done,
        Action::Quiz => exercise.quiz.is_some(),
        Action::Bench => !exercise.ratios.is_empty(),
        Action::Profile => can_profile() && exercise.workload().is_some(),
        Action::Undo => hand.can_undo,
        Action::Edit => state.has_editor,
        Action::Again => state.running.is_none(),
        Action::Hint
        | Action::Statement
        | Action::List
        | Action::Diff
        | Action::Reset
        | Action::Notes
        | Action::Help
        | Action::Quit => true,
    }
}
