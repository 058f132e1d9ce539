//! `exercise.toml`: one exercise, still with the places that later checks point at.

use std::time::Duration;

use super::kinds::{self, ClippySpec, CompileSpec, MutantSpec, RatioSpec, Suite};
use super::model::{Budget, Limits, StarterState, TestSpec};
use super::origin::{self, Origin};
use super::owned::{self, OwnedSet};
use super::problem::ProblemKind;
use super::reader::{At, Document, Table};
use super::workload::{self, WorkloadSpec};

/// The name of the file in an exercise's folder.
pub const FILE: &str = "exercise.toml";

const SUMMARY_CHARS: usize = 100;

/// An exercise's manifest as written, with defaults filled in.
#[derive(Debug)]
pub struct Manifest {
    pub title: String,
    pub summary: String,
    pub minutes: u32,
    pub objectives: Vec<At<String>>,
    pub needs: Vec<At<String>>,
    pub owned: Vec<String>,
    pub owned_set: OwnedSet,
    pub hints: Vec<String>,
    pub origin: Option<Origin>,
    pub tests: Vec<TestSpec>,
    pub budgets: Vec<Budget>,
    pub compile: Vec<CompileSpec>,
    pub clippy: Vec<ClippySpec>,
    pub ratios: Vec<RatioSpec>,
    pub suite: Option<Suite>,
    pub mutants: Vec<MutantSpec>,
    pub workload: Option<WorkloadSpec>,
    pub limits: Limits,
}

/// Reads a manifest. `None` if something without a default is missing; that is noted. An exercise with a
/// quiz or a review beside it (`has_questions`) needs no other check.
pub fn read(document: &Document<'_>, has_questions: bool) -> Option<Manifest> {
    let manifest = document.read(|root| {
        let title = read_line(root, "title", "a line that names the exercise");
        let summary = read_summary(root);
        let minutes = root.number("minutes", "how long a learner needs, 5 to 600");
        let minutes = minutes.and_then(|n| whole(root, "minutes", n, 5.0, 600.0));
        let objectives = read_objectives(root);
        let needs = root
            .optional_texts("needs")
            .map(|list| list.value)
            .unwrap_or_default();
        let (owned, owned_set) = read_owned(root);
        let origin = origin::read(root);
        let hints = if root.has("origin") {
            Some(read_any_hints(root))
        } else {
            read_hints(root)
        };
        let tests = read_tests(root, "tests", false);
        let budgets = root.unique_tables("budgets", read_budget, Budget::id);
        let limits = root
            .optional_table("limits", read_limits)
            .unwrap_or_default();
        let compile = kinds::read_compile(root);
        let clippy = kinds::read_clippy(root);
        let ratios = kinds::read_ratios(root);
        let (suite, mutants) = kinds::read_suite(root);
        let workload = workload::read(root);
        let others = ["compile", "clippy", "ratios", "suite", "mutants"];
        let has_other = has_questions || others.iter().any(|kind| root.has(kind));
        if !has_other && root.lacks("tests") {
            root.missing(
                "tests",
                "at least one `[[tests]]` table, or another kind of check",
            );
        }
        Some(Manifest {
            title: title?,
            summary: summary?,
            minutes: minutes?,
            objectives,
            needs,
            owned,
            owned_set,
            hints: hints?,
            origin,
            tests,
            budgets,
            compile,
            clippy,
            ratios,
            suite,
            mutants,
            workload,
            limits,
        })
    });
    manifest.filter(|_| document.is_toml())
}

/// A text that is shown in one line.
fn read_line(table: &Table<'_, '_>, key: &'static str, expected: &'static str) -> Option<String> {
    let text = table.text(key, expected)?;
    if text.value.contains('\n') {
        table.note(
            text.span,
            ProblemKind::BadValue {
                key: key.to_owned(),
                found: "more than one line".to_owned(),
                expected: "one line".to_owned(),
            },
        );
    }
    Some(text.value)
}

fn read_summary(root: &Table<'_, '_>) -> Option<String> {
    let summary = root.text("summary", "what the exercise asks, in one line")?;
    let chars = summary.value.chars().count();
    let found = if summary.value.contains('\n') {
        Some("more than one line".to_owned())
    } else {
        (chars > SUMMARY_CHARS).then(|| format!("{chars} characters long"))
    };
    if let Some(found) = found {
        root.note(
            summary.span,
            ProblemKind::BadValue {
                key: "summary".to_owned(),
                found,
                expected: format!("one line of at most {SUMMARY_CHARS} characters"),
            },
        );
    }
    Some(summary.value)
}

fn read_objectives(root: &Table<'_, '_>) -> Vec<At<String>> {
    let Some(list) = root.texts("objectives", "a list of `topic.objective`") else {
        return Vec::new();
    };
    if root.count("objectives") == Some(0) {
        root.note(
            list.span,
            ProblemKind::BadValue {
                key: "objectives".to_owned(),
                found: "empty".to_owned(),
                expected: "at least one objective".to_owned(),
            },
        );
    }
    list.value
}

fn read_owned(root: &Table<'_, '_>) -> (Vec<String>, OwnedSet) {
    let list = root.optional_texts("owned");
    if let Some(list) = list.as_ref().filter(|_| root.count("owned") == Some(0)) {
        root.note(
            list.span.clone(),
            ProblemKind::BadValue {
                key: "owned".to_owned(),
                found: "empty".to_owned(),
                expected: "at least one glob: an exercise has to leave something to the learner"
                    .to_owned(),
            },
        );
    }
    let globs = match list {
        Some(list) => list.value,
        None => vec![At {
            value: "src/**".to_owned(),
            span: 0..0,
        }],
    };
    let mut owned = Vec::new();
    for glob in globs {
        match owned::glob(&glob.value) {
            Some(_) if is_inside(&glob.value) => owned.push(glob.value),
            _ => root.note(
                glob.span,
                ProblemKind::BadValue {
                    key: "owned".to_owned(),
                    found: format!("`{}`", glob.value),
                    expected: "a glob relative to the crate, such as `src/**`".to_owned(),
                },
            ),
        }
    }
    (owned.clone(), OwnedSet::new(owned))
}

/// Whether a glob stays in the crate. A backslash would be a separator on one system and hide the next
/// character on another.
fn is_inside(glob: &str) -> bool {
    !glob.contains('\\') && glob.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn read_hints(root: &Table<'_, '_>) -> Option<Vec<String>> {
    let list = root.texts("hints", "three hints: a nudge, the approach, nearly there")?;
    let found = root.count("hints").unwrap_or_default();
    if found != 3 {
        root.note(list.span, ProblemKind::HintCount { found });
        return None;
    }
    // One that is no text, or blank, has been noted.
    Some(list.value.into_iter().map(|hint| hint.value).collect())
}

/// Another tool's exercise has as many hints as it has.
fn read_any_hints(root: &Table<'_, '_>) -> Vec<String> {
    let list = root.optional_texts("hints");
    let hints = list.map(|list| list.value).unwrap_or_default();
    hints.into_iter().map(|hint| hint.value).collect()
}

/// Reads `[[tests]]` or `[[hidden]]`, and notes a test that is there twice.
pub fn read_tests(root: &Table<'_, '_>, key: &'static str, hidden: bool) -> Vec<TestSpec> {
    root.unique_tables(key, |test| read_test(test, hidden), TestSpec::id)
}

fn read_test(test: &Table<'_, '_>, hidden: bool) -> Option<TestSpec> {
    let name = test.text("name", "the test function's path");
    let shows = read_line(test, "shows", "what a pass shows");
    // Hidden tests have no stated outcome for the starter.
    let starter = if hidden {
        StarterState::Fails
    } else {
        read_state(test, &STATES)
    };
    let target = match test.optional_text("target") {
        Some(target) if is_target(&target.value) => target.value,
        Some(target) => {
            test.note(
                target.span,
                ProblemKind::BadValue {
                    key: "target".to_owned(),
                    found: format!("`{}`", target.value),
                    expected: "the name of a file below tests/, without `.rs`".to_owned(),
                },
            );
            return None;
        }
        None if test.has("target") => return None,
        None => "checks".to_owned(),
    };
    Some(TestSpec {
        target,
        name: name?.value,
        shows: shows?,
        starter,
        hidden,
    })
}

/// The name of a file below `tests/`, and nothing that leads elsewhere.
fn is_target(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

pub(super) fn read_starter(check: &Table<'_, '_>) -> StarterState {
    read_state(check, &STATES[..2])
}

/// What a starter may be said to do; the last only in a test, for no other check has chance in it.
const STATES: [(&str, StarterState); 3] = [
    ("fails", StarterState::Fails),
    ("passes", StarterState::Passes),
    ("may_fail", StarterState::MayFail),
];

fn read_state(check: &Table<'_, '_>, states: &[(&str, StarterState)]) -> StarterState {
    let Some(starter) = check.optional_text("starter") else {
        return StarterState::Fails;
    };
    let expected = match states.len() {
        2 => "\"fails\" or \"passes\"",
        _ => "\"fails\", \"passes\" or \"may_fail\"",
    };
    if let Some((_, state)) = states.iter().find(|(name, _)| *name == starter.value) {
        return *state;
    }
    check.note(
        starter.span,
        ProblemKind::BadValue {
            key: "starter".to_owned(),
            found: format!("`{}`", starter.value),
            expected: expected.to_owned(),
        },
    );
    StarterState::Fails
}

fn read_budget(budget: &Table<'_, '_>) -> Option<Budget> {
    let figure = budget.text("figure", "the name that the test reports");
    let unit = budget.text("unit", "what is counted");
    let at_most = budget.number("at_most", "the largest figure that passes");
    let starter = budget.number("starter", "what the starter reports");
    let reference = budget.number("reference", "what the reference reports");
    let shows = read_line(budget, "shows", "what a pass shows");
    let reference_span = reference.as_ref().map(|reference| reference.span.clone());
    let read = Budget {
        figure: figure?.value,
        unit: unit?.value,
        at_most: at_most?.value,
        starter: starter?.value,
        reference: reference?.value,
        shows: shows?,
    };
    if read.reference > read.at_most {
        budget.note(
            reference_span.unwrap_or_else(|| budget.span()),
            ProblemKind::BadValue {
                key: "reference".to_owned(),
                found: format!("{}, over the budget", read.reference),
                expected: format!("a figure of at most {}", read.at_most),
            },
        );
    }
    Some(read)
}

fn read_limits(limits: &Table<'_, '_>) -> Limits {
    let standard = Limits::default();
    let seconds = limits
        .optional_number("test_seconds")
        .and_then(|n| whole(limits, "test_seconds", n, 1.0, 600.0));
    let kib = limits
        .optional_number("output_kib")
        .and_then(|n| whole(limits, "output_kib", n, 1.0, 1024.0));
    Limits {
        test_wall: seconds.map_or(standard.test_wall, |s| Duration::from_secs(u64::from(s))),
        output_bytes: kib.map_or(standard.output_bytes, |k| k as usize * 1024),
    }
}

fn whole(table: &Table<'_, '_>, key: &str, number: At<f64>, least: f64, most: f64) -> Option<u32> {
    let value = number.value;
    if value.fract() == 0.0 && (least..=most).contains(&value) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole, and inside bounds that fit"
        )]
        return Some(value as u32);
    }
    table.note(
        number.span,
        ProblemKind::BadValue {
            key: key.to_owned(),
            found: format!("{value}"),
            expected: format!("a whole number from {least} to {most}"),
        },
    );
    None
}
