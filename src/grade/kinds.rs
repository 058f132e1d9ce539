//! Checks that are neither tests nor budgets, on a submission in a box: programs that must or must not build, lints,
//! the learner's own tests (see [`suite`](super::suite)), and answers, for which nothing is run at all.
//!
//! The engine's own judges decide (`crate::checks`), so a check means here what it means at a learner's desk.

use std::path::Path;

use super::bench::Bench;
use super::calls::Change;
use super::examine::{ExamineError, Examiner, OUTPUT};
use super::record::{GradedCheck, Kind, Outcome};
use super::scan::Permits;
use super::scratch::{Scratch, run_folder};
use crate::candidate::{Candidate, CandidateFile};
use crate::checks;
use crate::course::quiz::{self, QuestionKind};
use crate::course::{CheckSpec, CompileSpec, EVERY_WARNING, MutantSpec, RatioSpec};
use crate::engine::{CheckState, Diagnostic, Failure, Target, read_diagnostics};

/// The id of the check that a learner's own tests pass the true code.
pub(super) const SUITE: &str = "suite::passes";

impl Examiner<'_> {
    /// Programs, lints and mutants, for a submission that builds.
    pub(super) fn other_kinds(
        &self,
        bench: &Bench,
        owned: &[CandidateFile],
        scratch: &Scratch,
    ) -> Result<Vec<GradedCheck>, ExamineError> {
        let mut found: Vec<(String, CheckState)> = Vec::new();
        for spec in &bench.exercise.compile {
            let (built, said) = self.program(bench, &spec.name, scratch)?;
            let judged = checks::compile::judge(spec, built, said.iter());
            found.push((spec.id(), judged.state));
        }
        if !bench.exercise.clippy.is_empty() {
            let said = self.lints(bench, scratch)?;
            for spec in &bench.exercise.clippy {
                let judged = checks::lints::judge(spec, said.iter());
                found.push((judged.id, judged.state));
            }
        }
        if bench.exercise.suite.is_some() {
            self.suite(bench, owned, &mut found)?;
        }
        let specs = bench.exercise.checks();
        let graded = found.into_iter().filter_map(|(id, state)| {
            let spec = specs.iter().find(|spec| spec.id == id)?;
            Some(graded(spec, state))
        });
        Ok(graded.collect())
    }

    /// Compiles one of the course's programs against the submission. Whether it built, and what the compiler said.
    fn program(
        &self,
        bench: &Bench,
        name: &str,
        scratch: &Scratch,
    ) -> Result<(bool, Vec<Diagnostic>), ExamineError> {
        let tests = scratch.path("with-tests");
        let source = tests.join(format!("compile/{name}.rs"));
        let has_unsafe = (bench.reference.files.iter())
            .find(|file| file.path == Path::new(&format!("compile/{name}.rs")))
            .is_some_and(|file| Permits::has_unsafe(std::slice::from_ref(file)));
        let (work, out) = run_folder(scratch)?;
        let call = bench.tests.first().map_or(&bench.library, |it| &it.call);
        let library = scratch.library(bench);
        let mut more = vec![
            format!("--remap-path-prefix={}/=", tests.display()),
            format!("--sysroot={}", self.workshop.sysroot.display()),
        ];
        if !bench.permits.unsafe_code && !has_unsafe {
            more.push("-Funsafe_code".to_owned());
        }
        let arguments = call.changed(&Change {
            source: &source,
            out: &out,
            dependencies: &self.workshop.dependencies,
            externs: &[(bench.library.name.clone(), library.clone())],
            more: &more,
        });
        let mut arguments = as_program(arguments, "program");
        // A library's call names no library.
        arguments.push(format!(
            "--extern={}={}",
            bench.library.name,
            library.display()
        ));
        let read = [
            tests.as_path(),
            &scratch.path("crate"),
            &scratch.path("lib"),
        ];
        let built = self.compile(scratch, arguments, &read, &out)?;
        drop(work);
        Ok(match built {
            Ok(()) => (true, Vec::new()),
            Err((_, said)) => (false, read_diagnostics(&Target::Own, &said)),
        })
    }

    /// What clippy says of the submission with the exercise's lints.
    fn lints(&self, bench: &Bench, scratch: &Scratch) -> Result<Vec<Diagnostic>, ExamineError> {
        let sources = scratch.path("crate");
        let (work, out) = run_folder(scratch)?;
        let mut more = vec![
            format!("--remap-path-prefix={}/=", sources.display()),
            format!("--sysroot={}", self.workshop.sysroot.display()),
            "--cap-lints=warn".to_owned(),
            "-Aclippy::all".to_owned(),
        ];
        for spec in &bench.exercise.clippy {
            more.push("-W".to_owned());
            more.push(match spec.lint.as_str() {
                EVERY_WARNING => "clippy::all".to_owned(),
                lint => lint.to_owned(),
            });
        }
        let arguments = bench.library.changed(&Change {
            source: &sources.join("src/lib.rs"),
            out: &out,
            dependencies: &self.workshop.dependencies,
            externs: &[],
            more: &more,
        });
        let arguments = with_messages(arguments, "--emit=metadata");
        let clippy = self.workshop.sysroot.join("bin/clippy-driver");
        let said = self.compiler_says(scratch, clippy, arguments, &[&sources], &out)?;
        drop(work);
        match said {
            Ok(said) => Ok(read_diagnostics(&Target::Own, &said)),
            // It has been compiled before: clippy itself is what is wrong.
            Err((how, said)) => Err(ExamineError::NoClippy {
                why: format!("{how}: {}", said.lines().next().unwrap_or("")),
            }),
        }
    }
}

/// What is asked and found, in answers that came with a submission. Nothing of it runs: a prediction is compared with
/// the reference's, which `author prove` has compared with what the program prints.
pub(super) fn answers(bench: &Bench, owned: &[CandidateFile]) -> Vec<GradedCheck> {
    let exercise = &bench.exercise;
    let (of_course, reference): (Vec<_>, Vec<_>) = (bench.reference.files.iter())
        .cloned()
        .partition(|file| !exercise.owns(&file.path));
    let candidate = Candidate {
        files: of_course.into_iter().chain(owned.iter().cloned()).collect(),
        ..bench.reference.clone()
    };
    let mut judged: Vec<(String, CheckState)> = checks::questions::judge(&candidate)
        .into_iter()
        .map(|result| (result.id, result.state))
        .collect();
    for question in exercise.quiz.iter().flat_map(|quiz| &quiz.questions) {
        let id = question.check_id();
        if matches!(question.kind, QuestionKind::Output(_))
            && !judged.iter().any(|(known, _)| *known == id)
        {
            let right = reference
                .iter()
                .find(|file| file.path == Path::new(quiz::ANSWERS))
                .and_then(|file| {
                    toml::from_str::<toml::Table>(&String::from_utf8_lossy(&file.bytes)).ok()
                })
                .and_then(|table| question.form(table.get(&question.id)?));
            let printed = right.ok_or("has no answer in the reference".to_owned());
            judged.push((
                id,
                checks::questions::judge_prediction(&candidate, question, printed),
            ));
        }
    }
    let specs = exercise.checks();
    let graded = judged.into_iter().filter_map(|(id, state)| {
        let spec = specs.iter().find(|spec| spec.id == id)?;
        Some(graded(spec, state))
    });
    graded.collect()
}

/// The other kinds where nothing was built.
pub(super) fn not_built(bench: &Bench) -> Vec<GradedCheck> {
    let exercise = &bench.exercise;
    let ids = (exercise.compile.iter().map(CompileSpec::id))
        .chain(exercise.clippy.iter().map(|spec| spec.lint.clone()))
        .chain(exercise.suite.iter().map(|_| SUITE.to_owned()))
        .chain(exercise.mutants.iter().map(MutantSpec::id))
        .chain(exercise.ratios.iter().map(RatioSpec::id));
    let ids: Vec<String> = ids.collect();
    let why = "the code does not build".to_owned();
    let specs = exercise.checks().into_iter();
    specs
        .filter(|spec| ids.contains(&spec.id))
        .map(|spec| graded(&spec, CheckState::NotRun { why: why.clone() }))
        .collect()
}

fn graded(spec: &CheckSpec, state: CheckState) -> GradedCheck {
    let mut output = String::new();
    let outcome = match state {
        CheckState::Passed => Outcome::Passed,
        CheckState::NotRun { why } => Outcome::Failed { how: why },
        CheckState::CouldNotJudge { why } => Outcome::CouldNotJudge { why },
        CheckState::Failed { failure } => {
            let how = how(&failure);
            output = match failure {
                Failure::DoesNotBuild { errors }
                | Failure::OtherError { errors, .. }
                | Failure::TestsDoNotBuild { errors, .. } => errors.join("\n"),
                Failure::Lint { warnings } => warnings.join("\n"),
                Failure::BadAnswers { why } => why,
                ran => {
                    let output = ran.into_output();
                    format!("{}{}", output.stdout.text(), output.stderr.text())
                }
            };
            Outcome::Failed { how }
        }
    };
    GradedCheck {
        id: spec.id.clone(),
        shows: spec.shows.clone(),
        kind: Kind::Visible,
        outcome,
        took_ms: 0,
        figure: None,
        output: output.trim().chars().take(OUTPUT).collect(),
    }
}

/// In a few words.
fn how(failure: &Failure) -> String {
    match failure {
        Failure::DoesNotBuild { .. } => "it does not build".to_owned(),
        Failure::TestsDoNotBuild { .. } => "the tests do not build".to_owned(),
        Failure::Builds => "it builds, and must not".to_owned(),
        Failure::OtherError { expected, .. } => {
            format!("it does not build, but not only because of {expected}")
        }
        Failure::Lint { .. } => "the lint fires".to_owned(),
        Failure::Survives { behaviour } => format!("the tests let it through: {behaviour}"),
        Failure::RejectsCorrect { behaviour, .. } => {
            format!("the tests refuse what is right: {behaviour}")
        }
        Failure::NotAnswered => "not answered".to_owned(),
        Failure::WrongAnswer => "the answer is wrong".to_owned(),
        Failure::BadAnswers { .. } => "the answers can't be read".to_owned(),
        Failure::Score {
            found,
            defects,
            false_alarms,
            at_least,
        } => format!("{found} of {defects} found, {false_alarms} false alarms; {at_least} pass"),
        Failure::Missing => "no test ran".to_owned(),
        Failure::TimedOut { after, .. } => format!("did not end within {} s", after.as_secs()),
        Failure::Crashed { signal, .. } => format!("crashed with signal {signal}"),
        Failure::EarlyExit { code, .. } => {
            format!("the process ended with exit code {code} before the tests did")
        }
        _ => "said no".to_owned(),
    }
}

/// The arguments of a test or a library for a program of its own, which is compiled to the end and not linked.
fn as_program(arguments: Vec<String>, name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut left = with_messages(arguments, "--emit=obj").into_iter();
    while let Some(word) = left.next() {
        match word.as_str() {
            "--test" => {}
            "--crate-type" => {
                left.next();
            }
            "--crate-name" => {
                left.next();
                words.push(word);
                words.push(name.to_owned());
            }
            _ => words.push(word),
        }
    }
    words.push("--crate-type=bin".to_owned());
    words
}

/// The same arguments, with messages to be read by a program, and for another kind of file.
fn with_messages(arguments: Vec<String>, emit: &str) -> Vec<String> {
    let words = arguments.into_iter().map(|word| match word.as_str() {
        "--error-format=human" => "--error-format=json".to_owned(),
        "--emit=link" => emit.to_owned(),
        _ => word,
    });
    words.filter(|word| word != "--color=never").collect()
}
