//! What can be seen of an exercise without running anything.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::bar::Bar;
use super::trial::Proof;
use super::{seal, stage};
use crate::course::quiz::QuestionKind;
use crate::course::{CheckSpec, Exercise, ExerciseKind, MUTANTS, Solution, StarterState};

/// What can be seen without running anything.
pub(super) fn look(root: &Path, exercise: &Exercise, solution: &Solution) -> Vec<Proof> {
    let bar = Bar::of(exercise);
    let mut complaints = Vec::new();
    let mut complain = |candidate: &str, what: String| {
        complaints.push(complaint(exercise, candidate, what));
    };
    let folder = root.join(&solution.folder);
    if bar.manners && !folder.join("debrief.md").is_file() {
        complain("debrief.md", "is not there".to_owned());
    }
    if bar.reference && !folder.join("reference").is_dir() {
        complain("reference", "is not there".to_owned());
    }
    if bar.manners && solution.wrong.len() < 2 {
        complain(
            "wrong",
            format!("{} of at least 2 wrong attempts", solution.wrong.len()),
        );
    }
    for what in look_at_alternatives(solution, &folder) {
        complain("solution.toml", what);
    }
    for (part, path) in strays(exercise, solution, &folder) {
        complain(
            &part,
            format!(
                "has `{}`, which is not the learner's and so never judged: take it away",
                path.display()
            ),
        );
    }
    match std::fs::read_to_string(root.join(&exercise.folder).join("README.md")) {
        Err(error) => complain("README.md", format!("can't be read: {error}")),
        Ok(text) => {
            let missing = missing_sections(&text).into_iter();
            for section in missing.filter(|_| bar.manners) {
                complain(
                    "README.md",
                    format!("has no section `{section}` in its place"),
                );
            }
        }
    }
    let parts = look_at_parts(root, exercise).into_iter();
    let tests = look_at_tests(root, exercise);
    for what in parts.chain(tests).chain(stage::look(root, exercise)) {
        complain("exercise.toml", what);
    }
    if bar.manners {
        complaints.extend(look_at_texts(root, exercise, solution));
    }
    let mut complain = |candidate: &str, what: String| {
        complaints.push(complaint(exercise, candidate, what));
    };
    match seal::keys(root, exercise) {
        Err(what) => complain("reference", what),
        Ok(keys) => {
            for (path, text) in keys {
                if std::fs::read_to_string(root.join(&path)).ok().as_deref() != Some(&text) {
                    let what =
                        "is not what the reference's answers give; run `workbook author seal`";
                    complain(&path.display().to_string(), what.to_owned());
                }
            }
        }
    }
    if let Some(test) = only_by_chance(exercise) {
        complain(
            "exercise.toml",
            format!(
                "says that the starter may fail `{test}`, and of no other check that it fails: one has to fail each time"
            ),
        );
    }
    let known: BTreeSet<String> = checks_of(exercise);
    for wrong in &solution.wrong {
        for check in &wrong.fails {
            if !known.contains(check) {
                complain(
                    &format!("wrong/{}", wrong.name),
                    format!("wrong.toml names `{check}`, which is no check of this exercise"),
                );
            }
        }
        let by_chance = |check: &&String| {
            let mut tests = exercise.tests.iter();
            let test = tests.find(|test| test.id() == **check);
            test.is_some_and(|test| test.starter == StarterState::MayFail)
                || (known.contains(*check) && check.starts_with("ratio::"))
        };
        for check in wrong.may_fail.iter().filter(|check| !by_chance(check)) {
            complain(
                &format!("wrong/{}", wrong.name),
                format!(
                    "wrong.toml says that it may fail `{check}`, which is no ratio of this exercise and no test with \
                     `starter = \"may_fail\"`; only those depend on the machine or on chance"
                ),
            );
        }
    }
    complaints
}

/// Alternatives that are named and not there, or there and not named.
fn look_at_alternatives(solution: &Solution, folder: &Path) -> Vec<String> {
    let folder = folder.join("alternatives");
    let named: BTreeSet<&str> = solution.alternatives.iter().map(|one| &*one.name).collect();
    let there = course_folders(&folder);
    let missing = named.iter().filter(|name| !folder.join(name).is_dir());
    let missing = missing.map(|name| format!("names the alternative `{name}`, which is not there"));
    let unnamed = there.iter().filter(|name| !named.contains(name.as_str()));
    let unnamed = unnamed.map(|name| format!("does not name the alternative `{name}`"));
    missing.chain(unnamed).collect()
}

/// Files in the parts of a solution that its exercise's `owned` does not take in, each with its part.
fn strays(exercise: &Exercise, solution: &Solution, folder: &Path) -> Vec<(String, PathBuf)> {
    let alternatives = solution.alternatives.iter().map(|one| &one.name);
    let alternatives = alternatives.map(|name| format!("alternatives/{name}"));
    let wrong = solution
        .wrong
        .iter()
        .map(|one| format!("wrong/{}", one.name));
    let mut strays = Vec::new();
    for part in ["reference".to_owned()]
        .into_iter()
        .chain(alternatives)
        .chain(wrong)
    {
        let own = folder.join(&part);
        for entry in WalkDir::new(&own).sort_by_file_name().into_iter().flatten() {
            let path = entry.path().strip_prefix(&own).unwrap_or(entry.path());
            let is_its_manifest = part.starts_with("wrong/") && path == Path::new("wrong.toml");
            if entry.file_type().is_file() && !exercise.owns(path) && !is_its_manifest {
                strays.push((part.clone(), path.to_owned()));
            }
        }
    }
    strays
}

/// Test files that the manifest does not name: their tests are never run.
fn look_at_tests(root: &Path, exercise: &Exercise) -> Vec<String> {
    // The test files of a project are its stages', each of which names its own.
    if exercise.kind == ExerciseKind::Stage {
        return Vec::new();
    }
    let tests = exercise.tests.iter().map(|test| &test.target);
    let ratios = exercise.ratios.iter().map(|ratio| &ratio.target);
    let suites = exercise.suite.iter().map(|suite| &suite.target);
    let workload = exercise.workload().map(|workload| workload.target);
    let known: BTreeSet<&String> = tests.chain(ratios).chain(suites).chain(&workload).collect();
    let entries = std::fs::read_dir(root.join(&exercise.crate_folder).join("tests"));
    let paths = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let files = paths.filter(|path| path.extension().is_some_and(|it| it == "rs"));
    let stems = files.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    let unknown = stems.filter(|stem| !known.contains(stem));
    unknown
        .map(|stem| format!("names no test of `tests/{stem}.rs`, so none of them is run"))
        .collect()
}

/// Programs and mutants that are named and not there, or there and not named.
fn look_at_parts(root: &Path, exercise: &Exercise) -> Vec<String> {
    let mut complaints = Vec::new();
    for spec in &exercise.compile {
        if !root
            .join(&exercise.crate_folder)
            .join(format!("compile/{}.rs", spec.name))
            .is_file()
        {
            complaints.push(format!(
                "names the program `compile/{}.rs`, which is not there",
                spec.name
            ));
        }
    }
    let questions = exercise.quiz.iter().flat_map(|quiz| &quiz.questions);
    for question in questions {
        if let QuestionKind::Output(name) = &question.kind {
            let path = format!("predict/{name}.rs");
            if !root.join(&exercise.crate_folder).join(&path).is_file() {
                complaints.push(format!("names the program `{path}`, which is not there"));
            }
        }
    }
    let mutants = root.join(&exercise.folder).join(MUTANTS);
    for spec in &exercise.mutants {
        if !mutants.join(&spec.name).is_dir() {
            complaints.push(format!(
                "names the mutant `{}`, which is not there",
                spec.name
            ));
        }
    }
    for name in course_folders(&mutants) {
        if !exercise.mutants.iter().any(|spec| spec.name == name) {
            complaints.push(format!("does not name the mutant `{name}`"));
        }
    }
    complaints
}

fn course_folders(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}

/// A test that the starter may fail, where it is said to fail nothing.
fn only_by_chance(exercise: &Exercise) -> Option<String> {
    let says = |state| move |check: &&CheckSpec| check.starter == Some(state);
    let checks = exercise.checks();
    let over_budget = exercise.budgets.iter().any(|it| it.starter > it.at_most);
    if over_budget || checks.iter().any(|check| says(StarterState::Fails)(&check)) {
        return None;
    }
    let mut by_chance = checks.iter().filter(says(StarterState::MayFail));
    by_chance.next().map(|check| check.id.clone())
}

fn checks_of(exercise: &Exercise) -> BTreeSet<String> {
    let checks = exercise.checks().into_iter().map(|check| check.id);
    checks.chain(["build".to_owned()]).collect()
}

/// The sections of a statement, in their order. `Coming from Go` may be left out.
const SECTIONS: [&str; 6] = [
    "By the end",
    "What must hold",
    "Predict first",
    "Task",
    "What is checked",
    "Read on",
];

fn missing_sections(text: &str) -> Vec<&'static str> {
    let mut headings = text.lines().filter_map(|line| line.strip_prefix("## "));
    SECTIONS
        .into_iter()
        .filter(|section| !headings.any(|heading| heading.trim() == *section))
        .collect()
}

fn complaint(exercise: &Exercise, candidate: &str, what: String) -> Proof {
    Proof {
        exercise: exercise.id.clone(),
        candidate: candidate.to_owned(),
        what,
    }
}

/// Texts that their author has not written yet.
fn look_at_texts(root: &Path, exercise: &Exercise, solution: &Solution) -> Vec<Proof> {
    let mut complaints = Vec::new();
    let texts = [
        exercise.folder.join("README.md"),
        exercise.folder.join("exercise.toml"),
        exercise.folder.join("quiz.toml"),
        exercise.folder.join("review.toml"),
        solution.folder.join("solution.toml"),
        solution.folder.join("debrief.md"),
    ];
    for path in texts {
        let text = std::fs::read_to_string(root.join(&path)).unwrap_or_default();
        let left = text.lines().filter(|line| line.contains("TODO")).count();
        if left > 0 {
            let noun = if left == 1 { "line" } else { "lines" };
            let what = format!("has {left} {noun} with a TODO in it");
            complaints.push(complaint(exercise, &path.display().to_string(), what));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_have_to_be_there_and_in_order() {
        let whole = "# T\n## By the end\n## What must hold\n## Predict first\n## Task\n## What is checked\n## Coming from Go\n## Read on\n";
        assert_eq!(missing_sections(whole), Vec::<&str>::new());
        assert_eq!(
            missing_sections(&whole.replace("## Task\n", "")).first(),
            Some(&"Task")
        );
        let swapped = "## What must hold\n## By the end\n";
        assert!(missing_sections(swapped).contains(&"What must hold"));
    }
}
