//! The steps of one execution, and how they are shown.

use std::fmt;
use std::panic::Location;
use std::path::Path;

/// The steps of one execution. Displayed one per line: who, what, where in the file.
#[derive(Debug, Clone, Default)]
pub struct Steps {
    pub(super) steps: Vec<Step>,
    pub(super) threads: Vec<String>,
    /// At the end of a deadlock: who waits for what.
    pub(super) waiting: Vec<Step>,
    pub(super) endless: bool,
    /// Shown with names or orderings, which make for long lines.
    pub(super) detailed: bool,
}

/// One step.
#[derive(Debug, Clone, Default)]
pub(super) struct Step {
    thread: usize,
    what: String,
    note: String,
    place: Option<&'static Location<'static>>,
    old_value: bool,
}

/// An execution that does not end repeats itself: this many steps show it.
const SHOWN: usize = 12;

/// The column where places start, if nothing is wider.
const WIDTH: usize = 30;

impl Steps {
    /// Whether the order alone can't explain what was read.
    #[must_use]
    pub fn read_old_values(&self) -> bool {
        self.steps.iter().any(|step| step.old_value)
    }

    /// The threads that took a step, each once.
    pub fn threads(&self) -> impl Iterator<Item = &str> {
        let took_one =
            |&(number, _): &(usize, &String)| self.steps.iter().any(|step| step.thread == number);
        self.threads
            .iter()
            .enumerate()
            .filter(took_one)
            .map(|(_, name)| name.as_str())
    }
}

impl Step {
    /// A step of nobody yet.
    pub(super) fn new(what: String) -> Self {
        Self {
            what,
            ..Self::default()
        }
    }

    /// Who took it.
    pub(super) fn by(mut self, thread: usize) -> Self {
        self.thread = thread;
        self
    }

    /// Where in the learner's file.
    pub(super) fn at(mut self, place: &'static Location<'static>) -> Self {
        self.place = Some(place);
        self
    }

    /// What is remarkable about it.
    pub(super) fn noting(mut self, note: String) -> Self {
        self.note = note;
        self
    }

    /// What it did, said again.
    pub(super) fn amend(&mut self, what: String) {
        self.what = what;
    }

    /// As [`noting`](Self::noting), and the step has read what was replaced already.
    pub(super) fn noting_old_value(mut self, note: String) -> Self {
        self.old_value = true;
        self.noting(note)
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if self.endless { SHOWN } else { usize::MAX };
        let lines = || self.steps.iter().take(shown).chain(&self.waiting);
        let mut width = WIDTH;
        if self.detailed || !self.waiting.is_empty() {
            width = lines().map(|step| step.what.len()).fold(width, usize::max);
        }
        let names = self.threads.iter().map(|name| name.chars().count());
        let column = names.fold(4, usize::max);
        for step in lines() {
            let thread = self.threads.get(step.thread).map_or("?", String::as_str);
            let what = &step.what;
            let note = &step.note;
            match step.place.map(place_in_file) {
                Some(place) if note.is_empty() => {
                    writeln!(f, "    {thread:<column$}  {what:<width$} {place}")?;
                }
                Some(place) => {
                    writeln!(f, "    {thread:<column$}  {what:<width$} {place}   {note}")?;
                }
                None => writeln!(f, "    {thread:<column$}  {what}")?,
            }
        }
        if self.endless && self.steps.len() > SHOWN {
            writeln!(f, "    ... and so on: {} steps by now", self.steps.len())?;
        }
        Ok(())
    }
}

/// A place as `file:line`, without folders.
pub(super) fn place_in_file(place: &Location<'_>) -> String {
    let path = Path::new(place.file());
    let file = path.file_name().unwrap_or(path.as_os_str());
    format!("{}:{}", file.to_string_lossy(), place.line())
}
