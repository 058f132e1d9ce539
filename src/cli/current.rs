//! Which exercise is meant when none is named.

use std::sync::Arc;

use super::{CliError, Config};
use crate::course::Exercise;
use crate::desk::{self, Way};

impl Config {
    /// The exercise named, or else the current one: the first in teaching order that is not passed, or
    /// was reset since, and that was not left for later.
    ///
    /// # Errors
    ///
    /// If the name is unknown, or all are passed.
    pub fn named_or_current(
        &self,
        id: Option<&str>,
        command: &'static str,
    ) -> Result<Arc<Exercise>, CliError> {
        match id {
            Some(id) => self.exercise(id),
            None => self.current(None)?.ok_or(CliError::AllPassed {
                command,
                of_track: self.way.is_some(),
            }),
        }
    }

    /// The exercise named, or else the one passed last.
    ///
    /// # Errors
    ///
    /// If the name is unknown, or none is passed.
    pub fn named_or_last_passed(
        &self,
        id: Option<&str>,
        command: &'static str,
    ) -> Result<Arc<Exercise>, CliError> {
        if let Some(id) = id {
            return self.exercise(id);
        }
        let passed_at = |exercise: &&Exercise| {
            self.progress
                .state(&exercise.id)?
                .passed
                .as_ref()
                .map(|pass| pass.at)
        };
        let passed = self
            .course
            .exercises
            .iter()
            .filter(|exercise| passed_at(exercise).is_some());
        match passed.max_by_key(passed_at) {
            Some(exercise) => Ok(Arc::new(exercise.clone())),
            None => Err(CliError::NonePassed { command }),
        }
    }

    /// The current exercise: of the track named, or else of the way that the learner has chosen, or else of
    /// the whole course. When only exercises that were left for later remain, it is the first of those.
    ///
    /// # Errors
    ///
    /// If the track is unknown.
    pub fn current(&self, track: Option<&str>) -> Result<Option<Arc<Exercise>>, CliError> {
        let order = match track {
            Some(_) => self.order(track)?,
            None => self.chosen_order(),
        };
        let open: Vec<&Exercise> = order
            .into_iter()
            .filter(|exercise| self.is_open(exercise))
            .collect();
        let skipped = |exercise: &&&Exercise| {
            self.progress
                .state(&exercise.id)
                .is_some_and(|state| state.skipped)
        };
        let first = open
            .iter()
            .find(|exercise| !skipped(exercise))
            .or_else(|| open.first());
        Ok(first.map(|exercise| Arc::new((*exercise).clone())))
    }

    /// Exercises in the order of a track, or of the whole course.
    ///
    /// # Errors
    ///
    /// If the track is unknown.
    pub fn order(&self, track: Option<&str>) -> Result<Vec<&Exercise>, CliError> {
        let Some(name) = track else {
            return Ok(self.course.exercises.iter().collect());
        };
        if let Some(track) = self.course.tracks.iter().find(|track| track.id == name) {
            return Ok(self.found(&track.exercises));
        }
        if let (desk::OWN, Some(ids)) = (name, &self.own) {
            return Ok(self.found(ids));
        }
        let tracks = self.course.tracks.iter();
        Err(CliError::UnknownTrack {
            name: name.to_owned(),
            known: tracks.map(|track| track.id.clone()).collect(),
        })
    }

    /// Exercises in the order that the learner has chosen. A track that the course has no more is the whole
    /// course.
    pub fn chosen_order(&self) -> Vec<&Exercise> {
        match &self.way {
            Some(Way::Own(ids)) => self.found(ids),
            Some(Way::Track(id)) => self.order(Some(id)).unwrap_or_else(|_| self.found_all()),
            None => self.found_all(),
        }
    }

    fn found_all(&self) -> Vec<&Exercise> {
        self.course.exercises.iter().collect()
    }

    /// Those of these exercises that the course has.
    fn found(&self, ids: &[String]) -> Vec<&Exercise> {
        ids.iter().filter_map(|id| self.course.find(id)).collect()
    }

    /// Whether there is something left to do in an exercise.
    pub fn is_open(&self, exercise: &Exercise) -> bool {
        let Some(state) = self.progress.state(&exercise.id) else {
            return true;
        };
        !self.progress.is_passed(&exercise.id) || state.reset_since_pass
    }
}
