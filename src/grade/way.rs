//! How an exercise is graded on this machine: found out with its reference, before anybody else is graded.

use super::bench::Bench;
use super::cell::{self, Reach};
use super::class::Class;
use super::marks::{CODE_UNBUILT, TESTS_UNBUILT};
use super::record::{Grade, GradedCheck, Outcome};
use super::sealed::SealedTests;
use crate::candidate::CandidateFile;

impl Class<'_> {
    /// Whether an exercise judges speed, and it is not judged here: it is measured in the submission's own process, and
    /// only what can be sealed was asked for.
    pub(super) fn leaves_out_speed(&self, bench: &Bench) -> bool {
        self.how.only_sealed && !bench.exercise.ratios.is_empty()
    }

    /// Whether a cell that reaches so far can be put up here and lets nobody out.
    fn holds(&self, reach: Reach) -> Result<(), String> {
        if reach == Reach::Nothing {
            // That was tried before anything was taken in.
            return Ok(());
        }
        if !reach.is_safe_in(self.how.walls) {
            return Err("that needs namespaces, Landlock and the list of system calls".to_owned());
        }
        let known = self.tried.get(&reach).ok_or("there is no such reach")?;
        let holds = || cell::holds(self.how.walls, reach, &self.stop).map_err(|error| told(&error));
        known.get_or_init(holds).clone()
    }

    /// How an exercise is graded here: sealed where that can be, in the submission's process where not. Either
    /// way the reference has to pass first. If it does not, nobody else can be graded: the box lacks something
    /// that the exercise needs.
    pub(super) fn way(&self, bench: &Bench) -> Result<&Way, String> {
        let Some(known) = self.ways.get(&bench.exercise.id) else {
            return Err("it was not made ready".to_owned());
        };
        let find_out = || {
            let examiner = self.examiner(Reach::Nothing);
            let owned: Vec<_> = (bench.reference.files.iter())
                .filter(|file| bench.exercise.owns(&file.path))
                .cloned()
                .collect();
            let sealed = if self.how.in_process {
                Err("`--in-process` was asked for".to_owned())
            } else {
                examiner.seal(bench)
            };
            let why_not = match sealed {
                Ok(sealed) => {
                    let checks = examiner.examine_sealed(bench, &sealed, &owned);
                    match refuted(&checks.map_err(|error| told(&error))?) {
                        None => {
                            if self.leaves_out_speed(bench) {
                                let start = examiner.examine_sealed(bench, &sealed, &bench.start);
                                tells_apart(bench, &start.map_err(|error| told(&error))?)?;
                            }
                            return Ok(Way::Sealed(sealed));
                        }
                        Some(why) => why,
                    }
                }
                Err(why) => why,
            };
            let examine = |owned: &[CandidateFile], as_one, reach| {
                let examined = self.examiner(reach).examine(bench, owned, as_one);
                examined.map_err(|error| told(&error))
            };
            // Together and with the least reach first; what the reference needs is what everybody gets.
            let mut refusal = String::new();
            for together in [true, false] {
                let mut is_one = false;
                for reach in Reach::ALL.into_iter().filter(|it| *it >= bench.least_reach) {
                    if let Err(why) = self.holds(reach) {
                        let more = format!("; it may reach no further here: {why}");
                        refusal.push_str(&more);
                        break;
                    }
                    let (checks, as_one) = examine(&owned, together, reach)?;
                    is_one |= as_one;
                    let Some(why) = refuted(&checks) else {
                        if self.leaves_out_speed(bench) {
                            tells_apart(bench, &examine(&bench.start, as_one, reach)?.0)?;
                        }
                        return Ok(Way::InProcess {
                            why_not,
                            as_one,
                            reach,
                        });
                    };
                    refusal = why;
                    // How far it reaches changes nothing for the compiler.
                    let unbuilt = [CODE_UNBUILT, TESTS_UNBUILT];
                    if checks
                        .iter()
                        .any(|it| unbuilt.contains(&it.outcome.detail()))
                    {
                        break;
                    }
                }
                if !is_one {
                    break;
                }
            }
            Err(refusal)
        };
        known.get_or_init(find_out).as_ref().map_err(Clone::clone)
    }
}

/// How an exercise is graded.
pub(super) enum Way {
    /// Expectations in one process, answers from another.
    Sealed(SealedTests),
    /// Together.
    InProcess {
        /// Why it can't be sealed.
        why_not: String,
        /// Its tests are one crate.
        as_one: bool,
        /// How far its tests reach.
        reach: Reach,
    },
}

/// Why a reference that does not pass does not.
fn refuted(checks: &[GradedCheck]) -> Option<String> {
    let check = checks
        .iter()
        .find(|check| check.outcome != Outcome::Passed)?;
    let said =
        |of_interest: &dyn Fn(&str) -> bool| check.output.lines().find(|line| of_interest(line));
    // The line after a panic's place is what it says.
    let panicked = || {
        let mut lines = check.output.lines();
        lines.find(|line| line.contains("panicked at"))?;
        lines.next()
    };
    let hint = said(&|line| line.contains("denied") || line.contains("permitted"))
        .or_else(|| said(&|line| line.starts_with("error")))
        .or_else(panicked)
        .or_else(|| said(&|line| !line.trim().is_empty()));
    Some(format!(
        "the reference itself does not pass `{}` in the box ({}); {}",
        check.id,
        check.outcome.detail(),
        hint.map_or_else(
            || "the box may lack what it needs".to_owned(),
            |hint| format!("there it says: {hint}")
        )
    ))
}

/// Refuses an exercise whose start has all that is looked at: there, whoever has done nothing would pass.
fn tells_apart(bench: &Bench, start: &[GradedCheck]) -> Result<(), String> {
    let starts_solved = bench
        .exercise
        .origin
        .as_ref()
        .is_some_and(|it| it.starts_solved);
    if starts_solved || Grade::sum_up(start) != Outcome::Passed {
        return Ok(());
    }
    let why = "its start passes all that can be sealed; what it lacks is speed, which can't be";
    Err(why.to_owned())
}

pub(super) fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
