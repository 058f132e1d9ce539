//! Speed in the box: the submission's program and the start's run in turn, each in a cell, and what they tell of
//! themselves is judged as at a desk (`crate::checks::ratio`).
//!
//! Others are graded meanwhile on the same machine. That slows both down, and only how they compare counts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::bench::Bench;
use super::examine::{ExamineError, Examiner};
use super::record::{GradedCheck, Kind, Outcome};
use super::scratch::Scratch;
use crate::checks;
use crate::course::RatioSpec;
use crate::engine::CheckState;

/// What everybody's speed is measured beside, compiled once, or why it is not there.
pub type Pace = OnceLock<Result<Baseline, String>>;

/// The start of an exercise, compiled with the tests that measure it.
pub struct Baseline {
    scratch: Scratch,
    /// By test target.
    programs: BTreeMap<String, PathBuf>,
}

impl Examiner<'_> {
    /// The speeds of a submission that is compiled: of one that does `well` in all tests, because what is wrong may well be
    /// quick.
    pub(super) fn speeds(
        &self,
        bench: &Bench,
        scratch: &Scratch,
        does_well: bool,
    ) -> Result<Vec<GradedCheck>, ExamineError> {
        let specs = &bench.exercise.ratios;
        if specs.is_empty() || !self.measures {
            return Ok(Vec::new());
        }
        if !does_well {
            let how = "its speed counts once it does what it should";
            return Ok(specs.iter().map(|spec| failed(spec, how)).collect());
        }
        let pace = bench.pace.get_or_init(|| self.baseline(bench));
        let baseline = match pace {
            Ok(baseline) => baseline,
            Err(why) => {
                let unknown = |spec| graded(spec, Outcome::grader(why.clone()), None);
                return Ok(specs.iter().map(unknown).collect());
            }
        };
        let mut checks = Vec::new();
        for (name, target) in &bench.speeds {
            let built = self.tests(bench, target, scratch)?;
            for spec in specs.iter().filter(|spec| spec.target == *name) {
                checks.push(match &built {
                    Err((how, said)) => {
                        let mut check = failed(spec, how);
                        check.output.clone_from(said);
                        check
                    }
                    Ok(program) => self.measure(bench, spec, (program, scratch), baseline)?,
                });
            }
        }
        Ok(checks)
    }

    /// Compiles the start with what measures it.
    fn baseline(&self, bench: &Bench) -> Result<Baseline, String> {
        let told = |error: ExamineError| format!("the start to measure beside: {error}");
        let unbuilt = |how: String| format!("the start to measure beside: {how}");
        let scratch = Scratch::new(bench, &bench.baseline, true).map_err(told)?;
        if let Some((how, _)) = self.crate_of(bench, &scratch, false).map_err(told)? {
            return Err(unbuilt(how));
        }
        let mut programs = BTreeMap::new();
        for (name, target) in &bench.speeds {
            let built = self.tests(bench, target, &scratch).map_err(told)?;
            let program = built.map_err(|(how, _)| unbuilt(how))?;
            programs.insert(name.clone(), program);
        }
        Ok(Baseline { scratch, programs })
    }

    /// Runs the submission and the start in turn until it is clear which side of the bound it is on.
    fn measure(
        &self,
        bench: &Bench,
        spec: &RatioSpec,
        mine: (&Path, &Scratch),
        baseline: &Baseline,
    ) -> Result<GradedCheck, ExamineError> {
        let Some(other) = baseline.programs.get(&spec.target) else {
            let why = format!("`tests/{}.rs` was not compiled", spec.target);
            return Ok(graded(spec, Outcome::grader(why), None));
        };
        let other = (other.as_path(), &baseline.scratch);
        let mut pairs = Vec::new();
        loop {
            for _ in 0..checks::ratio::rounds_after(pairs.len()) {
                let own = match self.nanos(bench, spec, mine)? {
                    Ok(nanos) => nanos,
                    Err(how) => {
                        return Ok(failed(spec, &format!("the test that measures it: {how}")));
                    }
                };
                match self.nanos(bench, spec, other)? {
                    Ok(nanos) => pairs.push((own, nanos)),
                    Err(how) => {
                        let why = format!("the start to measure beside: {how}");
                        return Ok(graded(spec, Outcome::grader(why), None));
                    }
                }
            }
            if let Some(judged) = checks::ratio::judge(spec, &pairs) {
                let times = judged.figure.and_then(|figure| figure.mine);
                let outcome = match judged.state {
                    CheckState::Passed => Outcome::Passed,
                    _ => Outcome::Failed {
                        how: format!(
                            "{:.2} times the start's speed, and at least {} are asked for",
                            times.unwrap_or_default(),
                            spec.at_least
                        ),
                    },
                };
                return Ok(graded(spec, outcome, times));
            }
        }
    }

    /// One run of a test that measures: what it told, or how it ended. Of several figures the slowest counts: what measures
    /// tells its own last, and what it measures may have told another before.
    fn nanos(
        &self,
        bench: &Bench,
        spec: &RatioSpec,
        (program, scratch): (&Path, &Scratch),
    ) -> Result<Result<f64, String>, ExamineError> {
        let id = format!("{}::{}", spec.target, spec.name);
        let ran = self.run_once(bench, (&id, &spec.name), program, scratch)?;
        if let Outcome::Failed { how } = ran.outcome {
            return Ok(Err(how));
        }
        let own = (ran.figures.iter()).filter(|(name, value)| *name == spec.name && *value > 0.0);
        let slowest = own.map(|(_, value)| *value).max_by(f64::total_cmp);
        Ok(slowest.ok_or_else(|| "it told no figure".to_owned()))
    }
}

fn failed(spec: &RatioSpec, how: &str) -> GradedCheck {
    let how = how.to_owned();
    graded(spec, Outcome::Failed { how }, None)
}

fn graded(spec: &RatioSpec, outcome: Outcome, figure: Option<f64>) -> GradedCheck {
    GradedCheck {
        id: spec.id(),
        shows: spec.shows.clone(),
        kind: Kind::Visible,
        outcome,
        took_ms: 0,
        figure,
        output: String::new(),
    }
}
