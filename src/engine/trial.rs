//! One candidate on its way from a build to a verdict.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::binary::Binary;
use super::build::{Built, Diagnostic, PackageBuild};
use super::event::Event;
use super::measure::Contender;
use super::plot::{Plot, Target, baseline_package};
use super::verdict::{CheckResult, CheckState, Failure, Outcome, Verdict};
use crate::candidate::Candidate;
use crate::checks;
use crate::course::quiz::{Question, QuestionKind};
use crate::course::{MutantSpec, RatioSpec, TestSpec};

/// The id of the check that a learner's own tests pass the true code.
const SUITE: &str = "suite::passes";

/// The start of the id of the check that the tests of a target pass in one process.
const TOGETHER: &str = "together::";

/// One candidate on its way to a verdict.
pub(super) struct Trial<'c> {
    pub candidate: &'c Candidate,
    build: CheckState,
    executables: BTreeMap<Target, Binary>,
    /// Keeps the binaries where they are.
    kept: Vec<Arc<TempDir>>,
    /// By index of the exercise's mutants.
    mutants: Vec<Option<Binary>>,
    /// Binaries of the candidate's baselines, by name.
    baselines: BTreeMap<String, BTreeMap<Target, Binary>>,
    /// Every check but the build and the budgets: id, what it shows, and how it went once that is known.
    checks: Vec<(String, String, Option<CheckResult>)>,
    figures: HashMap<String, f64>,
    reporters: Vec<String>,
    unexpected: Vec<String>,
    warnings: Vec<String>,
    start: Instant,
    pub verdict: Option<Verdict>,
    /// Set where there is nothing to run.
    settled: Option<Outcome>,
}

/// Something to run for a check.
pub(super) struct Task<'c> {
    pub candidate: &'c Candidate,
    /// The check.
    pub check: String,
    pub executable: Binary,
    pub what: TaskKind,
}

/// What to run, and how to read its end.
pub(super) enum TaskKind {
    /// One test, by name.
    Test(String),
    /// The learner's suite on the true code.
    Suite,
    /// The learner's suite on the mutant with this index.
    Mutant(usize),
    /// All tests of a target in one process.
    Together,
    /// The program whose output this question asks for.
    Prediction(Question),
}

impl<'c> Trial<'c> {
    pub fn new(
        candidate: &'c Candidate,
        built: &Built,
        refused: Option<&String>,
        start: Instant,
        together: bool,
    ) -> Self {
        let exercise = &candidate.exercise;
        let nothing = PackageBuild::default();
        let package = built.packages.get(&exercise.package).unwrap_or(&nothing);
        let own = || {
            package
                .diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.target == Target::Own)
        };
        let rendered = |errors: bool| {
            own()
                .filter(|d| d.is_error == errors)
                .map(|d| d.rendered.clone())
                .collect()
        };
        let errors: Vec<String> = rendered(true);
        let build = if errors.is_empty() {
            CheckState::Passed
        } else {
            CheckState::Failed {
                failure: Failure::DoesNotBuild { errors },
            }
        };
        let mut trial = Trial {
            candidate,
            executables: if build == CheckState::Passed {
                package.executables.clone()
            } else {
                BTreeMap::new()
            },
            build,
            kept: built.kept.clone(),
            mutants: mutants(candidate, built),
            baselines: baselines(candidate, built),
            checks: planned(candidate, together),
            figures: HashMap::new(),
            reporters: Vec::new(),
            unexpected: Vec::new(),
            warnings: rendered(false),
            start,
            verdict: None,
            settled: settled(candidate, refused),
        };
        if trial.settled.is_none() {
            trial.settle_from_build(package);
        }
        trial
    }

    /// The packages to look at with clippy, if the exercise names lints and the code builds.
    pub fn wants_clippy(&self) -> bool {
        self.settled.is_none()
            && self.build == CheckState::Passed
            && !self.candidate.exercise.clippy.is_empty()
    }

    /// Test binaries to ask for their tests. The learner's own suite is not asked: whatever is in it runs.
    pub fn binaries(&self) -> Vec<(Target, Binary)> {
        if self.settled.is_some() {
            return Vec::new();
        }
        let expected = |target: &Target| {
            self.candidate
                .tests
                .iter()
                .any(|t| Target::Test(t.target.clone()) == *target)
        };
        let binaries = self
            .executables
            .iter()
            .filter(|(target, _)| expected(target));
        binaries
            .map(|(target, path)| (target.clone(), path.clone()))
            .collect()
    }

    /// What to run first: tests, and the learner's suite on the true code.
    pub fn first_tasks(&self) -> Vec<Task<'c>> {
        if self.settled.is_some() {
            return Vec::new();
        }
        let mut tasks = Vec::new();
        for test in &self.candidate.tests {
            if let Some(executable) = self.executables.get(&Target::Test(test.target.clone()))
                && self.is_open(&test.id())
            {
                let (check, executable) = (test.id(), executable.clone());
                tasks.push(Task {
                    candidate: self.candidate,
                    check,
                    executable,
                    what: TaskKind::Test(test.name.clone()),
                });
            }
        }
        let quiz = self.candidate.exercise.quiz.iter();
        for question in quiz.flat_map(|quiz| &quiz.questions) {
            if let QuestionKind::Output(program) = &question.kind
                && let Some(executable) = self.executables.get(&Target::Prediction(program.clone()))
                && self.is_open(&question.check_id())
            {
                tasks.push(Task {
                    candidate: self.candidate,
                    check: question.check_id(),
                    executable: executable.clone(),
                    what: TaskKind::Prediction(question.clone()),
                });
            }
        }
        if let Some(suite) = &self.candidate.exercise.suite
            && let Some(executable) = self.executables.get(&Target::Test(suite.target.clone()))
        {
            let (check, executable) = (SUITE.to_owned(), executable.clone());
            tasks.push(Task {
                candidate: self.candidate,
                check,
                executable,
                what: TaskKind::Suite,
            });
        }
        tasks
    }

    /// Settles the targets that are not worth running as a whole: a test of them fails alone.
    pub fn skip_together(&mut self, on: &mut dyn FnMut(Event)) {
        let failing: Vec<String> = self
            .targets_together()
            .filter(|target| {
                let tests = self.candidate.tests.iter();
                let of_target = tests.filter(|test| test.target == *target);
                let ids: Vec<String> = of_target.map(TestSpec::id).collect();
                let result = |id| self.checks.iter().find(|(check, _, _)| check == id);
                !ids.iter().all(|id| {
                    result(id).is_some_and(|(_, _, result)| {
                        (result.as_ref()).is_some_and(|result| result.state == CheckState::Passed)
                    })
                })
            })
            .map(str::to_owned)
            .collect();
        for target in failing {
            let why = "a test of the target fails alone".to_owned();
            self.fill(&format!("{TOGETHER}{target}"), CheckState::NotRun { why });
        }
        self.finish_if_done(on);
    }

    /// The targets to run as a whole.
    pub fn together_tasks(&self) -> Vec<Task<'c>> {
        let open = self
            .targets_together()
            .filter(|_| self.settled.is_none())
            .filter(|target| self.is_open(&format!("{TOGETHER}{target}")));
        open.filter_map(|target| {
            Some(Task {
                candidate: self.candidate,
                check: format!("{TOGETHER}{target}"),
                executable: (self.executables)
                    .get(&Target::Test(target.to_owned()))?
                    .clone(),
                what: TaskKind::Together,
            })
        })
        .collect()
    }

    fn targets_together(&self) -> impl Iterator<Item = &str> {
        let ids = self.checks.iter().map(|(id, _, _)| id);
        ids.filter_map(|id| id.strip_prefix(TOGETHER))
    }

    /// What to run once the suite is known to pass the true code.
    pub fn mutant_tasks(&self) -> Vec<Task<'c>> {
        let specs = self.candidate.exercise.mutants.iter();
        let tasks = specs
            .zip(&self.mutants)
            .enumerate()
            .filter_map(|(at, (spec, executable))| {
                let open = self.settled.is_none() && self.is_open(&spec.id());
                let executable = executable.clone().filter(|_| open)?;
                Some(Task {
                    candidate: self.candidate,
                    check: spec.id(),
                    executable,
                    what: TaskKind::Mutant(at),
                })
            });
        tasks.collect()
    }

    /// The ratios that are open, each with the programs to measure in turn: the candidate's and the
    /// starter's.
    pub fn open_ratios(&self) -> Vec<(RatioSpec, Vec<Contender>)> {
        let specs = self.candidate.exercise.ratios.iter();
        let open = specs.filter(|spec| self.settled.is_none() && self.is_open(&spec.id()));
        open.map(|spec| (spec.clone(), self.contenders(spec, &["starter"])))
            .collect()
    }

    /// The candidate's binary for a ratio and those of the named baselines, as far as they are built.
    fn contenders(&self, spec: &RatioSpec, beside: &[&str]) -> Vec<Contender> {
        let target = Target::Test(spec.target.clone());
        let mine = self.executables.get(&target).map(|path| ("mine", path));
        let others = beside
            .iter()
            .filter_map(|name| Some((*name, self.baselines.get(*name)?.get(&target)?)));
        let all = mine.into_iter().chain(others);
        all.map(|(name, path)| Contender {
            name: name.to_owned(),
            executable: path.clone(),
        })
        .collect()
    }

    /// Settles a check with a result made elsewhere.
    pub fn settle_result(&mut self, settled: CheckResult, on: &mut dyn FnMut(Event)) {
        let id = settled.id.clone();
        on(Event::CheckFinished {
            exercise: self.candidate.exercise.id.clone(),
            result: Box::new(settled.clone()),
        });
        if let Some((_, _, result)) = self.checks.iter_mut().find(|(check, _, _)| *check == id) {
            *result = Some(settled);
        }
    }

    /// Settles the lints by what clippy said, or by why it said nothing.
    pub fn settle_lints(&mut self, said: Result<&Built, &str>, on: &mut dyn FnMut(Event)) {
        let nothing = PackageBuild::default();
        for spec in &self.candidate.exercise.clippy {
            let result = match said {
                Ok(built) => {
                    let package = built
                        .packages
                        .get(&self.candidate.exercise.package)
                        .unwrap_or(&nothing);
                    checks::lints::judge(spec, package.diagnostics.iter()).state
                }
                Err(why) => CheckState::CouldNotJudge {
                    why: why.to_owned(),
                },
            };
            self.settle(&spec.lint, result, Duration::ZERO, on);
        }
    }

    /// Settles the tests that a binary does not have, and notes those that it has beyond what is expected.
    pub fn settle_missing(&mut self, target: &Target, names: &[String], on: &mut dyn FnMut(Event)) {
        if let Target::Test(target) = target {
            let ids = names.iter().map(|name| format!("{target}::{name}"));
            let expected: Vec<String> = self.candidate.tests.iter().map(TestSpec::id).collect();
            self.unexpected
                .extend(ids.filter(|id| !expected.contains(id)));
        }
        for test in &self.candidate.tests {
            if Target::Test(test.target.clone()) == *target && !names.contains(&test.name) {
                let state = CheckState::Failed {
                    failure: Failure::Missing,
                };
                self.settle(&test.id(), state, Duration::ZERO, on);
            }
        }
    }

    /// Settles a mutant by how the suite went on it.
    pub fn settle_mutant(
        &mut self,
        at: usize,
        suite: CheckState,
        took: Duration,
        on: &mut dyn FnMut(Event),
    ) {
        let spec = &self.candidate.exercise.mutants[at];
        let state = checks::mutants::judge(spec, suite);
        self.settle(&spec.id(), state, took, on);
    }

    pub fn settle(
        &mut self,
        id: &str,
        state: CheckState,
        took: Duration,
        on: &mut dyn FnMut(Event),
    ) {
        let Some((id, shows, result)) = self.checks.iter_mut().find(|(check, _, _)| check == id)
        else {
            return;
        };
        let settled = CheckResult {
            id: id.clone(),
            shows: shows.clone(),
            state,
            took,
            figure: None,
        };
        on(Event::CheckFinished {
            exercise: self.candidate.exercise.id.clone(),
            result: Box::new(settled.clone()),
        });
        let stops_mutants = *id == SUITE && settled.state != CheckState::Passed;
        *result = Some(settled);
        if stops_mutants {
            self.skip_mutants();
        }
    }

    pub fn take_figures(&mut self, check: &str, figures: Vec<(String, f64)>) {
        if !figures.is_empty() {
            self.reporters.push(check.to_owned());
        }
        for (name, value) in figures {
            let known = self.figures.entry(name).or_insert(value);
            *known = known.max(value);
        }
    }

    /// Gives the verdict as soon as nothing is open.
    pub fn finish_if_done(&mut self, on: &mut dyn FnMut(Event)) {
        let open = || self.checks.iter().any(|(_, _, result)| result.is_none());
        if self.verdict.is_some() || (self.settled.is_none() && open()) {
            return;
        }
        let mut results = Vec::new();
        let outcome = if let Some(outcome) = self.settled.clone() {
            outcome
        } else {
            results.push(plain_result("build", "the code builds", self.build.clone()));
            let judged: Vec<CheckResult> = self
                .checks
                .iter()
                .filter_map(|(_, _, result)| result.clone())
                .collect();
            let budgets =
                checks::budget::judge(&self.candidate.exercise.budgets, &self.figures, &judged);
            results.extend(judged);
            for result in budgets {
                on(Event::CheckFinished {
                    exercise: self.candidate.exercise.id.clone(),
                    result: Box::new(result.clone()),
                });
                results.push(result);
            }
            outcome_of(&results)
        };
        let verdict = Verdict {
            exercise: self.candidate.exercise.id.clone(),
            fingerprint: self.candidate.fingerprint.clone(),
            outcome,
            checks: results,
            warnings: std::mem::take(&mut self.warnings),
            reporters: std::mem::take(&mut self.reporters),
            unexpected: std::mem::take(&mut self.unexpected),
            took: self.start.elapsed(),
        };
        on(Event::Judged {
            verdict: Box::new(verdict.clone()),
        });
        self.verdict = Some(verdict);
        self.kept.clear();
    }

    fn is_open(&self, id: &str) -> bool {
        self.checks
            .iter()
            .any(|(check, _, result)| check == id && result.is_none())
    }

    fn fill(&mut self, id: &str, state: CheckState) {
        if let Some((id, shows, result)) = self.checks.iter_mut().find(|(check, _, _)| check == id)
        {
            *result = Some(plain_result(id, shows, state));
        }
    }

    fn skip_mutants(&mut self) {
        for spec in &self.candidate.exercise.mutants {
            let why = "your tests have to pass the true code first".to_owned();
            self.fill(&spec.id(), CheckState::NotRun { why });
        }
    }

    /// Settles what is known from the build alone.
    fn settle_from_build(&mut self, package: &PackageBuild) {
        let candidate = self.candidate;
        let exercise = &candidate.exercise;
        for result in checks::questions::judge(candidate) {
            self.fill(&result.id, result.state);
        }
        if self.build != CheckState::Passed {
            // A binary of an earlier build may still be there; it is not of these bytes.
            for (id, shows, result) in &mut self.checks {
                let why = "the code does not build".to_owned();
                result.get_or_insert_with(|| plain_result(id, shows, CheckState::NotRun { why }));
            }
            return;
        }
        let about = |target: &Target| -> Vec<&Diagnostic> {
            package
                .diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.target == *target)
                .collect()
        };
        for spec in &exercise.compile {
            let target = Target::Program(spec.name.clone());
            let built = self.executables.contains_key(&target);
            let state = checks::compile::judge(spec, built, about(&target).into_iter()).state;
            self.fill(&spec.id(), state);
        }
        let questions = exercise.quiz.iter().flat_map(|quiz| &quiz.questions);
        for question in questions {
            if let QuestionKind::Output(program) = &question.kind
                && !self
                    .executables
                    .contains_key(&Target::Prediction(program.clone()))
                && self.is_open(&question.check_id())
            {
                let why = format!("the course's program `predict/{program}.rs` does not build");
                self.fill(&question.check_id(), CheckState::CouldNotJudge { why });
            }
        }
        for test in &candidate.tests {
            if let Some(state) =
                self.unbuilt(&test.target, &about(&Target::Test(test.target.clone())))
            {
                self.fill(&test.id(), state);
            }
        }
        if let Some(suite) = &exercise.suite
            && let Some(state) =
                self.unbuilt(&suite.target, &about(&Target::Test(suite.target.clone())))
        {
            self.fill(SUITE, state);
            self.skip_mutants();
        }
        for spec in &exercise.ratios {
            let target = Target::Test(spec.target.clone());
            if let Some(state) = self.unbuilt(&spec.target, &about(&target)) {
                self.fill(&spec.id(), state);
            }
        }
        for (at, spec) in exercise.mutants.iter().enumerate() {
            if self.mutants[at].is_none() && self.is_open(&spec.id()) {
                let why = format!("the course's mutant `{}` does not build", spec.name);
                self.fill(&spec.id(), CheckState::CouldNotJudge { why });
            }
        }
    }

    /// Why a test target has no binary, if it has none.
    fn unbuilt(&self, target: &str, about: &[&Diagnostic]) -> Option<CheckState> {
        if self
            .executables
            .contains_key(&Target::Test(target.to_owned()))
        {
            return None;
        }
        let errors: Vec<String> = about
            .iter()
            .filter(|d| d.is_error)
            .map(|d| d.rendered.clone())
            .collect();
        let target = target.to_owned();
        let failure = if errors.is_empty() {
            Failure::Missing
        } else {
            Failure::TestsDoNotBuild { target, errors }
        };
        Some(CheckState::Failed { failure })
    }
}

/// Every check but the build and the budgets, hidden tests behind the visible ones; with `together`, also
/// one for each target of several tests.
fn planned(candidate: &Candidate, together: bool) -> Vec<(String, String, Option<CheckResult>)> {
    let tests = candidate
        .tests
        .iter()
        .map(|test| (test.id(), test.shows.clone(), None));
    let visible = candidate.exercise.checks().into_iter();
    let others = visible.filter(|check| {
        let is_test = candidate
            .exercise
            .tests
            .iter()
            .any(|test| test.id() == check.id);
        !is_test && !check.id.starts_with("budget::")
    });
    let mut targets: Vec<&str> = candidate.tests.iter().map(|test| &*test.target).collect();
    targets.sort_unstable();
    let crowds = targets
        .chunk_by(|a, b| a == b)
        .filter(|tests| together && tests.len() > 1)
        .map(|tests| {
            let shows = "the tests pass side by side in one process".to_owned();
            (format!("{TOGETHER}{}", tests[0]), shows, None)
        });
    tests
        .chain(others.map(|check| (check.id, check.shows, None)))
        .chain(crowds)
        .collect()
}

fn mutants(candidate: &Candidate, built: &Built) -> Vec<Option<Binary>> {
    let specs = candidate.exercise.mutants.iter();
    let schemata = built.schemata.get(&candidate.exercise.id);
    let of_all = |spec: &MutantSpec| {
        let (package, names) = schemata?;
        let at = names.iter().position(|name| *name == spec.name)?;
        let suite = candidate.exercise.suite.as_ref()?;
        let target = Target::Test(suite.target.clone());
        let binary = built.packages.get(package)?.executables.get(&target)?;
        Some(Binary {
            variant: Some(at + 1),
            ..binary.clone()
        })
    };
    let executable = |spec: &MutantSpec| {
        if let Some(binary) = of_all(spec) {
            return Some(binary);
        }
        let plot = Plot::of_mutant(candidate, spec)?;
        let package = built.packages.get(&plot.package)?;
        plot.targets
            .first()
            .and_then(|target| package.executables.get(target))
            .cloned()
    };
    specs.map(executable).collect()
}

fn baselines(candidate: &Candidate, built: &Built) -> BTreeMap<String, BTreeMap<Target, Binary>> {
    let package = |name: &str| {
        built
            .packages
            .get(&baseline_package(&candidate.exercise.package, name))
    };
    let names = candidate.baselines.iter().map(|baseline| &baseline.name);
    names
        .filter_map(|name| Some((name.clone(), package(name)?.executables.clone())))
        .collect()
}

fn settled(candidate: &Candidate, refused: Option<&String>) -> Option<Outcome> {
    match (candidate.missing.first(), refused) {
        (Some(path), _) => Some(Outcome::NotRun {
            why: format!(
                "`{}` is not there; `workbook reset {}` brings the starter back",
                path.display(),
                candidate.exercise.id
            ),
        }),
        (None, Some(message)) => Some(Outcome::CouldNotJudge {
            why: format!("cargo could not read the exercise's package: {message}"),
        }),
        (None, None) => None,
    }
}

fn outcome_of(results: &[CheckResult]) -> Outcome {
    let unjudged = results.iter().find_map(|result| match &result.state {
        CheckState::CouldNotJudge { why } => Some(why.clone()),
        _ => None,
    });
    match unjudged {
        Some(why) => Outcome::CouldNotJudge { why },
        None if results
            .iter()
            .all(|result| result.state == CheckState::Passed) =>
        {
            Outcome::Passed
        }
        None => Outcome::Failed,
    }
}

fn plain_result(id: &str, shows: &str, state: CheckState) -> CheckResult {
    CheckResult {
        id: id.to_owned(),
        shows: shows.to_owned(),
        state,
        took: Duration::ZERO,
        figure: None,
    }
}
