//! What has to become of each candidate of an exercise.

use std::collections::BTreeSet;

use super::bar::Bar;
use super::words::{gist, text_of};
use crate::candidate::{Candidate, CandidateFile};
use crate::course::{StarterState, WrongAttempt};
use crate::engine::{CheckResult, CheckState, Failure, Outcome, Verdict};

/// One thing that is not as the exercise says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The exercise's id.
    pub exercise: String,
    /// The candidate: `starter`, `reference`, `alternatives/<name>`, `wrong/<mistake>`; or a file.
    pub candidate: String,
    /// What is wrong, and what to do about it.
    pub what: String,
}

/// A candidate and what has to become of it.
#[derive(Debug)]
pub struct Trial {
    /// What is judged.
    pub candidate: Candidate,
    /// The exercise that is proven by it. The candidate may be judged by an earlier stage of that.
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) expected: Expected,
}

/// What a candidate is to its exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What learners begin with.
    Starter,
    /// The answer that is shown.
    Reference,
    /// Another good answer.
    Alternative,
    /// A mistake that learners make.
    Wrong,
    /// The answer that is shown, by the checks of an earlier stage.
    Kept,
}

#[derive(Debug)]
pub(super) enum Expected {
    /// Every check passes, hidden ones too.
    Passes,
    /// Every visible check of an earlier stage goes on passing.
    StillPasses,
    /// The starter: each visible test as `exercise.toml` says, and something fails.
    AsStated,
    /// A wrong attempt: exactly these visible checks fail, and one of them says why.
    FailsAs(WrongAttempt),
}

impl Trial {
    /// The id of the exercise that is proven by it.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// What the candidate is to its exercise.
    pub fn role(&self) -> Role {
        match (&self.expected, self.name.as_str()) {
            (Expected::AsStated, _) => Role::Starter,
            (Expected::FailsAs(_), _) => Role::Wrong,
            (Expected::StillPasses, _) => Role::Kept,
            (Expected::Passes, "reference") => Role::Reference,
            (Expected::Passes, _) => Role::Alternative,
        }
    }

    /// Something that is wrong with this candidate.
    pub(super) fn complaint(&self, what: String) -> Proof {
        Proof {
            exercise: self.owner.clone(),
            candidate: self.name.clone(),
            what,
        }
    }

    pub(super) fn owned(&self) -> Vec<CandidateFile> {
        let files = self.candidate.files.iter();
        files
            .filter(|file| self.candidate.exercise.owns(&file.path))
            .cloned()
            .collect()
    }

    /// Whether the candidate is said to fail this check or to pass it, as chance has it.
    pub(super) fn may_fail(&self, check: &str) -> bool {
        match &self.expected {
            Expected::AsStated => {
                let mut tests = self.candidate.exercise.tests.iter();
                tests.any(|test| test.starter == StarterState::MayFail && test.id() == check)
            }
            Expected::FailsAs(wrong) => wrong.may_fail.iter().any(|it| it == check),
            Expected::Passes | Expected::StillPasses => false,
        }
    }

    /// What has to become of the candidate, as a text that differs whenever it does.
    pub(super) fn expectation(&self) -> String {
        format!("{} {:?}", self.name, self.expected)
    }

    /// What the verdict has that it should not have, or lacks.
    pub fn complaints(&self, verdict: &Verdict) -> Vec<Proof> {
        let found = match (&verdict.outcome, &self.expected) {
            (Outcome::NotRun { why } | Outcome::CouldNotJudge { why }, _) => vec![why.clone()],
            (_, Expected::Passes | Expected::StillPasses) => failed(verdict)
                .map(|check| format!("`{}` fails, and must pass: {}", check.id, gist(check)))
                .collect(),
            (_, Expected::AsStated) => self.starter_complaints(verdict),
            (_, Expected::FailsAs(wrong)) => wrong_complaints(wrong, verdict),
        };
        let budgets = self.budget_complaints(verdict);
        // Every candidate has the same tests.
        let unexpected = verdict.unexpected.iter();
        let unexpected = unexpected.filter(|_| self.role() == Role::Reference);
        let unlisted = unexpected.map(|id| format!("has a test `{id}`, which is not listed"));
        found
            .into_iter()
            .chain(budgets)
            .chain(unlisted)
            .map(|what| self.complaint(what))
            .collect()
    }

    fn starter_complaints(&self, verdict: &Verdict) -> Vec<String> {
        let bar = Bar::of(&self.candidate.exercise);
        let mut complaints = Vec::new();
        if let Some(build) = failed(verdict).find(|check| check.id == "build") {
            let what = format!("does not build: {}", gist(build));
            return if bar.starter_builds {
                vec![what]
            } else {
                Vec::new()
            };
        }
        if let Some(warning) = verdict.warnings.first().filter(|_| bar.manners) {
            let plain = anstream::adapter::strip_str(warning).to_string();
            complaints.push(format!(
                "builds with a warning: {}",
                plain.lines().next().unwrap_or_default()
            ));
        }
        let stated = self.candidate.exercise.checks().into_iter();
        for spec in stated.filter(|_| bar.manners) {
            let found = verdict.checks.iter().find(|check| check.id == spec.id);
            let (Some(check), Some(stated)) = (found, spec.starter) else {
                continue;
            };
            let passed = check.state == CheckState::Passed;
            match stated {
                StarterState::Fails if passed => {
                    complaints.push(format!("passes `{}`, and is said to fail it", check.id));
                }
                StarterState::Passes if !passed => complaints.push(format!(
                    "fails `{}`, and is said to pass it: {}",
                    check.id,
                    gist(check)
                )),
                // What may fail is judged as neither; another check has to fail each time.
                _ => {}
            }
        }
        if verdict.outcome == Outcome::Passed && bar.starter_fails {
            complaints.push("passes every check: there is nothing to do".to_owned());
        }
        complaints
    }

    /// The figures stated for the starter and the reference are those measured, and the reference has
    /// room.
    fn budget_complaints(&self, verdict: &Verdict) -> Vec<String> {
        let mut complaints = Vec::new();
        for check in &verdict.checks {
            let Some(reading) = &check.figure else {
                continue;
            };
            let stated = match self.name.as_str() {
                "starter" => reading.starter,
                "reference" => reading.reference,
                _ => continue,
            };
            let (Some(stated), Some(at_most)) = (stated, reading.at_most) else {
                continue;
            };
            match reading.mine {
                #[expect(
                    clippy::float_cmp,
                    reason = "a figure is stated exactly as it is measured"
                )]
                Some(measured) if measured != stated => {
                    complaints.push(format!(
                        "`{}` is stated as {stated}, and measured as {measured}",
                        check.id
                    ));
                }
                Some(measured) if self.name == "reference" && measured > at_most * 2.0 / 3.0 => {
                    complaints.push(format!(
                        "`{}` uses {measured} of {}: leave a third to other good answers",
                        check.id, at_most
                    ));
                }
                _ => {}
            }
        }
        complaints
    }
}

fn wrong_complaints(wrong: &WrongAttempt, verdict: &Verdict) -> Vec<String> {
    let stated: BTreeSet<&str> = wrong.fails.iter().map(String::as_str).collect();
    let found: BTreeSet<&str> = failed(verdict).map(|check| check.id.as_str()).collect();
    let mut complaints = Vec::new();
    for check in stated.difference(&found) {
        let result = verdict.checks.iter().find(|result| result.id == **check);
        complaints.push(match result.map(|result| &result.state) {
            // A figure, for instance, that was not measured because its test ran out of time.
            Some(CheckState::NotRun { why } | CheckState::CouldNotJudge { why }) => {
                format!("does not get to `{check}`, which wrong.toml says it fails: {why}")
            }
            _ => format!("passes `{check}`, which wrong.toml says it fails"),
        });
    }
    let unstated = found.difference(&stated);
    for check in unstated.filter(|check| !wrong.may_fail.iter().any(|may| may == **check)) {
        let result = verdict.checks.iter().find(|result| result.id == **check);
        complaints.push(format!(
            "fails `{check}`, which wrong.toml does not name: {}",
            result.map(gist).unwrap_or_default()
        ));
    }
    for check in failed(verdict) {
        if let CheckState::Failed {
            failure: Failure::TestsDoNotBuild { target, .. },
        } = &check.state
        {
            complaints.push(format!(
                "tests/{target}.rs does not build against it, which is no verdict on what it does: {}",
                gist(check)
            ));
            return complaints;
        }
    }
    let says = failed(verdict).any(|check| text_of(check).contains(&wrong.says));
    if complaints.is_empty() && !says {
        complaints.push(format!("no failing check says `{}`", wrong.says));
    }
    complaints
}

pub(super) fn failed(verdict: &Verdict) -> impl Iterator<Item = &CheckResult> {
    verdict
        .checks
        .iter()
        .filter(|check| matches!(check.state, CheckState::Failed { .. }))
}
