//! Measures how fast candidates are beside what learners begin with.
//!
//! The first look is taken while tests run: one program at a time is measured, and one processor fewer runs tests. What is not
//! far beyond its bound then is measured alone, from the beginning.

use std::time::Instant;

use super::event::Event;
use super::judge::{Engine, EngineError};
use super::measure::{Contender, MeasureError, in_turn};
use super::queue::Measurement;
use super::trial::Trial;
use crate::candidate::Candidate;
use crate::checks;
use crate::course::RatioSpec;
use crate::engine::verdict::{CheckResult, CheckState};

impl<'c> Trial<'c> {
    /// What is to be measured of it, as the trial with this number.
    pub(super) fn measurements(&self, at: usize) -> Vec<Measurement<'c>> {
        let open = self.open_ratios().into_iter();
        open.map(|(spec, contenders)| Measurement {
            trial: at,
            candidate: self.candidate,
            spec,
            contenders,
        })
        .collect()
    }
}

impl Engine<'_> {
    /// The first look at a ratio. `None` if it has to be measured alone: it is not far beyond its bound, or there is no
    /// figure.
    pub(super) fn first_look(
        &self,
        candidate: &Candidate,
        spec: &RatioSpec,
        contenders: &[Contender],
    ) -> Result<Option<CheckResult>, EngineError> {
        if contenders.len() < 2 {
            return Ok(None);
        }
        let start = Instant::now();
        let rounds = checks::ratio::rounds_after(0);
        let (limits, stop) = (&candidate.exercise.limits, self.stop());
        match in_turn(self.world(), contenders, &spec.name, limits, rounds, stop) {
            Ok(rows) => {
                let pairs: Vec<(f64, f64)> = rows.iter().map(|row| (row[0], row[1])).collect();
                let took = start.elapsed();
                let judged = checks::ratio::judge(spec, &pairs);
                Ok(judged.map(|judged| CheckResult { took, ..judged }))
            }
            Err(MeasureError::NoFigure(_)) => Ok(None),
            Err(MeasureError::Process(error)) => Err(error.into()),
            Err(MeasureError::Stopped) => Err(EngineError::Stopped),
        }
    }

    /// Measures every ratio that is still open, alone: nothing else of ours runs meanwhile.
    pub(super) fn ratios(
        &self,
        trials: &mut [Trial<'_>],
        on: &mut dyn FnMut(Event),
    ) -> Result<(), EngineError> {
        for trial in trials.iter_mut() {
            for (spec, contenders) in trial.open_ratios() {
                let result = self.measure(trial.candidate, &spec, &contenders)?;
                trial.settle_result(result, on);
            }
            trial.finish_if_done(on);
        }
        Ok(())
    }

    fn measure(
        &self,
        candidate: &Candidate,
        spec: &RatioSpec,
        contenders: &[Contender],
    ) -> Result<CheckResult, EngineError> {
        let start = Instant::now();
        let result = |state| CheckResult {
            id: spec.id(),
            shows: spec.shows.clone(),
            state,
            took: start.elapsed(),
            figure: Some(checks::ratio::reading(spec, None)),
        };
        if contenders.len() < 2 {
            let why = "the starter to measure beside does not build".to_owned();
            return Ok(result(CheckState::CouldNotJudge { why }));
        }
        let mut pairs: Vec<(f64, f64)> = Vec::new();
        loop {
            let rounds = checks::ratio::rounds_after(pairs.len());
            let limits = &candidate.exercise.limits;
            match in_turn(
                self.world(),
                contenders,
                &spec.name,
                limits,
                rounds,
                self.stop(),
            ) {
                Ok(rows) => pairs.extend(rows.iter().map(|row| (row[0], row[1]))),
                Err(MeasureError::Process(error)) => return Err(error.into()),
                Err(MeasureError::Stopped) => return Err(EngineError::Stopped),
                Err(MeasureError::NoFigure(who)) if who == "mine" => {
                    let why = format!(
                        "`{}` of tests/{}.rs does not pass, so it measures nothing",
                        spec.name, spec.target
                    );
                    return Ok(result(CheckState::NotRun { why }));
                }
                Err(MeasureError::NoFigure(who)) => {
                    let why = format!("the {who} to measure beside reports no figure");
                    return Ok(result(CheckState::CouldNotJudge { why }));
                }
            }
            if let Some(mut judged) = checks::ratio::judge(spec, &pairs) {
                judged.took = start.elapsed();
                return Ok(judged);
            }
        }
    }
}
