//! Measures a candidate beside its baselines, for looking at and not for a verdict.

use super::build::BuildError;
use super::event::Event;
use super::judge::{Engine, EngineError, on_event, plots_of};
use super::measure::{Contender, MeasureError, in_turn};
use super::plot::{Target, baseline_package};
use crate::candidate::Candidate;

/// The times of one measured test.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The test, and what it reports.
    pub name: String,
    /// Who was measured: `mine` first.
    pub contenders: Vec<String>,
    /// A row for each round: nanoseconds, in the order of the contenders.
    pub rows: Vec<Vec<f64>>,
}

/// Why there is nothing to compare.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// Nothing could be built or run.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// One of them does not build, or its measured test does not pass.
    #[error("measure `{name}` of {who}: {why}")]
    NoFigure {
        /// The test.
        name: String,
        /// `mine`, `the starter`, `the reference`.
        who: String,
        /// In a few words.
        why: &'static str,
    },
}

impl Engine<'_> {
    /// Measures every ratio of the candidate's exercise, so many rounds in turn with its baselines.
    ///
    /// # Errors
    ///
    /// If one of them can't be built or measured, or somebody asked to stop.
    pub fn compare(
        &self,
        candidate: &Candidate,
        rounds: usize,
        on: &mut dyn FnMut(Event),
    ) -> Result<Vec<Comparison>, CompareError> {
        let plots = plots_of(candidate, None);
        on(Event::BuildStarted { exercises: 1 });
        let mut progress = |progress| on_event(progress, &plots, on);
        let built = self
            .world()
            .build(&candidate.slot, &plots, &mut progress, self.stop());
        let built = built.map_err(|error| match error {
            BuildError::Stopped => EngineError::Stopped,
            other => other.into(),
        })?;
        let package = &candidate.exercise.package;
        let names: Vec<(String, String)> = std::iter::once(("mine".to_owned(), package.clone()))
            .chain(candidate.baselines.iter().map(|baseline| {
                (
                    baseline.name.clone(),
                    baseline_package(package, &baseline.name),
                )
            }))
            .collect();
        let mut comparisons = Vec::new();
        for spec in &candidate.exercise.ratios {
            let no_figure = |who: &str, why| CompareError::NoFigure {
                name: spec.name.clone(),
                who: who.to_owned(),
                why,
            };
            let target = Target::Test(spec.target.clone());
            let mut contenders = Vec::new();
            for (name, package) in &names {
                let executable = built
                    .packages
                    .get(package)
                    .and_then(|p| p.executables.get(&target));
                let Some(executable) = executable else {
                    return Err(no_figure(name, "it does not build"));
                };
                contenders.push(Contender {
                    name: name.clone(),
                    executable: executable.clone(),
                });
            }
            let limits = &candidate.exercise.limits;
            let rows = in_turn(
                self.world(),
                &contenders,
                &spec.name,
                limits,
                rounds,
                self.stop(),
            );
            let rows = rows.map_err(|error| match error {
                MeasureError::Process(error) => EngineError::from(error).into(),
                MeasureError::Stopped => EngineError::Stopped.into(),
                MeasureError::NoFigure(who) => no_figure(&who, "its test does not pass"),
            })?;
            comparisons.push(Comparison {
                name: spec.name.clone(),
                contenders: names.iter().map(|(name, _)| name.clone()).collect(),
                rows,
            });
        }
        Ok(comparisons)
    }
}
