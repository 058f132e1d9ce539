// Puts a suite of checks to the test.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dunning::suite::{Program, checks};

/// What the checks say that do not hold of a program.
pub fn broken(program: Program) -> Vec<String> {
    let mut broken = Vec::new();
    for check in checks() {
        let holds = catch_unwind(AssertUnwindSafe(|| (check.holds)(program)));
        if let Err(panic) = holds {
            let said = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("(something that is no text)");
            broken.push(format!("check {:?}: {said}", check.name));
        }
    }
    broken
}

include!("quiet.rs");

/// Panics if a check does not hold.
pub fn assert_holds(program: Program, whose: &str) {
    let broken = quietly(|| broken(program));
    assert!(
        broken.is_empty(),
        "{} of {} checks do not hold of {whose}:\n{}",
        broken.len(),
        checks().len(),
        broken.join("\n")
    );
}

/// Panics if all checks hold.
pub fn assert_is_found(original: Program, mutant: Program, behaviour: &str) {
    assert!(
        !checks().is_empty(),
        "there is no check, and so {behaviour}"
    );
    // As long as a check is wrong about the true program, what it says of another means nothing.
    assert_holds(original, "the program as it was");
    assert!(
        !quietly(|| broken(mutant)).is_empty(),
        "all {} checks hold, and yet {behaviour}",
        checks().len()
    );
}

#[allow(dead_code, reason = "grading asks for no names")]
pub fn assert_names_are_sentences() {
    let checks = checks();
    let names: BTreeSet<&str> = checks.iter().map(|check| check.name).collect();
    assert_eq!(
        names.len(),
        checks.len(),
        "a name is the first that you see when a check breaks, so no two may share one: {names:?}"
    );
    let short: Vec<&&str> = (names.iter())
        .filter(|name| name.split_whitespace().count() < 4)
        .collect();
    assert!(
        short.is_empty(),
        "these names do not say what holds, in four words at least: {short:?}"
    );
}
