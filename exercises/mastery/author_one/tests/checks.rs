//! Judges the draft in `draft/` as `workbook author prove` judges an exercise.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::sync::Once;

use author_one::{Listed, Starter, Wrong};
use manifest::MANIFEST;

#[path = "../draft/manifest.rs"]
mod manifest;

const STATEMENT: &str = include_str!("../draft/README.md");
const STARTER: &str = include_str!("../draft/starter.rs");
const REFERENCE: &str = include_str!("../draft/reference.rs");

/// A candidate with a copy of the checks that asks it and no other.
macro_rules! candidate {
    ($name:ident, $file:literal) => {
        mod $name {
            pub mod subject {
                include!($file);
            }
            pub mod checks {
                include!("../draft/checks.rs");
            }
        }
    };
}

candidate!(starter, "../draft/starter.rs");
candidate!(reference, "../draft/reference.rs");
candidate!(wrong_one, "../draft/wrong_one.rs");
candidate!(wrong_two, "../draft/wrong_two.rs");

type Checks = &'static [(&'static str, fn())];

/// The checks that fail, and what they say.
fn failures(checks: Checks) -> Vec<(&'static str, String)> {
    thread_local! {
        static SILENT: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !SILENT.get() {
                before(info);
            }
        }));
    });
    let outcome = |&(name, check): &(&'static str, fn())| {
        SILENT.set(true);
        let outcome = catch_unwind(check);
        SILENT.set(false);
        let panic = outcome.err()?;
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
        Some((name, text.unwrap_or_default()))
    };
    checks.iter().filter_map(outcome).collect()
}

fn names(failures: &[(&'static str, String)]) -> BTreeSet<&'static str> {
    failures.iter().map(|(name, _)| *name).collect()
}

#[test]
fn the_statement_is_complete() {
    let sections: Vec<&str> = STATEMENT
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .filter(|section| *section != "Coming from Go")
        .collect();
    let needed = [
        "By the end",
        "What must hold",
        "Predict first",
        "Task",
        "What is checked",
        "Read on",
    ];
    assert_eq!(
        sections, needed,
        "the sections of `README.md`, in this order"
    );
    for section in STATEMENT.split("\n## ") {
        let (title, text) = section.split_once('\n').unwrap_or((section, ""));
        assert!(
            text.trim().len() >= 60 && !text.contains("TODO"),
            "a learner who reads {title:?} finds this, and needs more: {text:?}"
        );
    }
    let rules = STATEMENT.lines().filter(|line| {
        let (number, rest) = line.split_once(". ").unwrap_or_default();
        number.parse::<u8>().is_ok() && !rest.is_empty()
    });
    assert!(rules.count() >= 3, "the three rules are numbered");
    assert!(
        (20..=100).contains(&MANIFEST.summary.chars().count()),
        "the summary says in 20 to 100 characters what is asked: {:?}",
        MANIFEST.summary
    );
}

#[test]
fn each_check_is_listed_and_no_other() {
    let exist: Vec<&str> = reference::checks::CHECKS
        .iter()
        .map(|(name, _)| *name)
        .collect();
    let listed: Vec<&str> = MANIFEST.checks.iter().map(|check| check.name).collect();
    assert_eq!(
        listed, exist,
        "left what the manifest lists, right what `checks.rs` has: a check that is not listed can be \
         removed, and nobody misses it"
    );
}

#[test]
fn the_starter_fails_where_the_manifest_says_so() {
    let failures = names(&failures(starter::checks::CHECKS));
    let said = MANIFEST
        .checks
        .iter()
        .filter(|check| check.starter == Starter::Fails);
    let said: BTreeSet<&str> = said.map(|check| check.name).collect();
    assert_eq!(
        failures, said,
        "left the checks that the starter fails, right those that the manifest says it does: the first red \
         run is the evidence with which a learner begins"
    );
    assert!(
        !failures.is_empty(),
        "the starter passes: there is nothing to do"
    );
}

#[test]
fn the_reference_passes() {
    assert_eq!(
        failures(reference::checks::CHECKS),
        [],
        "the reference is the proof that all checks can be passed at once"
    );
}

#[test]
fn each_wrong_attempt_is_told_its_reason() {
    let attempts = [wrong_one::checks::CHECKS, wrong_two::checks::CHECKS];
    for (Wrong { about, fails, says }, checks) in MANIFEST.wrong.iter().zip(attempts) {
        let failures = failures(checks);
        assert_eq!(
            names(&failures),
            fails.iter().copied().collect(),
            "{about:?}: left the checks that this attempt fails, right those that it is said to fail"
        );
        assert!(
            says.len() >= 12 && failures.iter().any(|(_, text)| text.contains(says)),
            "{about:?}: no failure contains {says:?}, or these words are too few to be a reason. A learner who \
             made this mistake reads: {failures:#?}"
        );
    }
}

#[test]
fn each_check_can_fail_and_its_failure_teaches() {
    let wrong = [
        starter::checks::CHECKS,
        wrong_one::checks::CHECKS,
        wrong_two::checks::CHECKS,
    ];
    let all: Vec<_> = wrong.into_iter().flat_map(failures).collect();
    for Listed { name, .. } in MANIFEST.checks {
        let mut texts = all.iter().filter(|(failed, _)| failed == name);
        let (_, text) = texts.next().unwrap_or_else(|| {
            panic!("neither the starter nor a wrong attempt fails `{name}`: what does it assert?")
        });
        assert!(
            !text.starts_with("assertion failed") && text.split_whitespace().count() >= 8,
            "`{name}` fails with this, and a learner has to find out by himself what was expected of whom, with \
             which values: {text:?}"
        );
    }
}

#[test]
fn hints_lead_and_do_not_solve() {
    let code = |text: &str| -> String { text.split_whitespace().collect() };
    let told = MANIFEST.hints.iter().chain([&STATEMENT, &STARTER]);
    let told: Vec<String> = told.map(|text| code(text)).collect();
    let lines: Vec<&str> = REFERENCE
        .lines()
        .filter(|line| line.trim().len() > 12)
        .collect();
    for two in lines.windows(2) {
        let given = |line: &str| told.iter().any(|text| text.contains(&code(line)));
        let only_signature = two
            .iter()
            .any(|line| line.contains("///") || line.contains("pub fn"));
        assert!(
            only_signature || !two.iter().all(|line| given(line)),
            "these lines of the reference can be copied from a hint, the statement or the starter: {two:#?}"
        );
    }
    let lengths = MANIFEST.hints.map(|hint| hint.split_whitespace().count());
    assert!(
        lengths.iter().all(|words| *words >= 8),
        "a nudge, the approach, nearly there: a hint of under 8 words is none. They have {lengths:?}"
    );
}
