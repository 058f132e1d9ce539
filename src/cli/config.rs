//! The command line resolved against the desk: which desk, which course, what is recorded.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::CliError;
use crate::candidate::Environment;
use crate::course::{self, Course, Exercise, Week};
use crate::desk::{self, Choice, Desk, Way, WayError};
use crate::engine::{RealWorld, Stop};
use crate::journal::{Event, Journal, Progress};
use crate::report::Screen;

/// What every command works with.
pub struct Config {
    /// Where the learner works.
    pub desk: Desk,
    /// What is taught.
    pub course: Course,
    /// What is recorded.
    pub journal: Journal,
    /// The fold of the journal.
    pub progress: Progress,
    /// The way through the course that the learner has chosen; `None` for all of it.
    pub way: Option<Way>,
    /// The exercises that the learner composed last, followed or not.
    pub own: Option<Vec<String>>,
    way_problem: Option<WayError>,
    /// Say how things were done.
    pub verbose: bool,
    /// Raised when somebody asks to stop.
    pub stop: Stop,
}

/// The folder to start from: the one named, or where the program was started.
pub fn start_folder(directory: Option<&Path>) -> Result<PathBuf, CliError> {
    let path = directory.map_or_else(|| PathBuf::from("."), Path::to_owned);
    // Absolute, because the search goes upward; with links resolved, because cargo does so too.
    path.canonicalize()
        .map_err(|source| CliError::NoFolder { path, source })
}

impl Config {
    /// Finds the desk, loads its course and reads its journal.
    ///
    /// # Errors
    ///
    /// If there is no desk, the course has problems, or the journal can't be read.
    pub fn resolve(from: &Path, verbose: bool, stop: &Stop) -> Result<Self, CliError> {
        let desk = Desk::find(from)?;
        let course = course::load_again(&desk.course_root(), &desk.course_memory())?;
        let journal = Journal::open(&desk.journal())?;
        let progress = fold(&journal, &course);
        let (Choice { way, own }, way_problem) = match Choice::read(&desk) {
            Ok(choice) => (choice, None),
            // The whole course is a way too; no reason to stop.
            Err(error) => (Choice::default(), Some(error)),
        };
        Ok(Config {
            way_problem,
            way,
            own,
            desk,
            course,
            journal,
            progress,
            verbose,
            stop: stop.clone(),
        })
    }

    /// Says what of the desk's own records could not be understood.
    pub fn report_set_aside(&self, screen: &mut Screen) {
        if let Some(problem) = &self.way_problem {
            screen.complain(format!("note: failed to {problem}"));
        }
        let set_aside = self.journal.set_aside();
        if let Some(first) = set_aside.first() {
            let path = self.desk.journal();
            let more = set_aside.len() - 1;
            let others = if more == 0 {
                String::new()
            } else {
                format!(" (and {more} more)")
            };
            screen.complain(format!(
                "note: line {} of `{}` is left aside{others}: {}. It stays in the file; everything else counts",
                first.line,
                path.display(),
                first.why
            ));
        }
    }

    /// Records an event, and what other runners have recorded meanwhile comes in.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub fn record(&mut self, event: Event) -> Result<(), CliError> {
        self.journal.append(event)?;
        self.progress = fold(&self.journal, &self.course);
        Ok(())
    }

    /// Reads the course's manifests again.
    ///
    /// # Errors
    ///
    /// If they have problems; then the course stays as it was.
    pub fn reload_course(&mut self) -> Result<(), CliError> {
        self.course = course::load_again(&self.desk.course_root(), &self.desk.course_memory())?;
        self.progress = fold(&self.journal, &self.course);
        Ok(())
    }

    /// Looks at the course's manifests and the toolchain.
    ///
    /// # Errors
    ///
    /// If there is no toolchain, or a file can't be read.
    pub fn environment(&self) -> Result<Environment, CliError> {
        Ok(self.desk.environment()?)
    }

    /// The world to build and run in.
    pub fn world(&self, environment: &Environment) -> RealWorld {
        RealWorld::new(self.desk.build_root(), environment.clone())
            .with_stand_in(std::env::current_exe().ok())
    }

    /// Remembers the starters of a clone before anything can be edited on our advice.
    ///
    /// # Errors
    ///
    /// If they can't be copied.
    pub fn remember_starters(&self) -> Result<(), CliError> {
        Ok(desk::remember(&self.desk, &self.course)?)
    }

    /// The exercise with this id.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn exercise(&self, id: &str) -> Result<Arc<Exercise>, CliError> {
        match self.course.find(id) {
            Some(exercise) => Ok(Arc::new(exercise.clone())),
            None => Err(CliError::UnknownExercise {
                id: id.to_owned(),
                nearest: self.course.nearest_id(id).map(str::to_owned),
            }),
        }
    }

    /// The week with this name.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn week(&self, name: &str) -> Result<(usize, &Week), CliError> {
        self.course
            .find_week(name)
            .ok_or_else(|| CliError::UnknownWeek {
                name: name.to_owned(),
                known: self
                    .course
                    .weeks
                    .iter()
                    .map(|week| week.id.clone())
                    .collect(),
            })
    }
}

fn fold(journal: &Journal, course: &Course) -> Progress {
    Progress::from_entries(journal.entries(), |id| course.resolve(id).to_owned())
}
