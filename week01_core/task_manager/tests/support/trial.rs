// Puts a suite of checks to the test.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use super::lab;
use super::suite::{Check, Program, checks};

/// What a check says that does not hold of a program.
pub fn broken(check: &Check, program: Program) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(|| (check.holds)(program))).err()?;
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("(something that is no text)");
    Some(format!("check {:?}: {said}", check.name))
}

/// What all checks say that do not hold.
pub fn all_broken(program: Program) -> Vec<String> {
    let checks = checks();
    let said = checks.iter().filter_map(|check| broken(check, program));
    said.collect()
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// What checks of this thread say is shown where it matters, and not by the hook for each planted mistake that they find.
pub fn quietly<T>(act: impl FnOnce() -> T) -> T {
    /// Loud again, also where a panic goes through.
    struct Loud;
    impl Drop for Loud {
        fn drop(&mut self) {
            QUIET.set(false);
        }
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                loud(info);
            }
        }));
    });
    QUIET.set(true);
    let _loud = Loud;
    act()
}

/// Panics if a check does not hold.
pub fn assert_holds(program: Program, whose: &str) {
    assert!(!checks().is_empty(), "without a check nothing is held");
    let broken = quietly(|| all_broken(program));
    assert!(
        broken.is_empty(),
        "{} of {} checks do not hold of {whose}:\n{}",
        broken.len(),
        checks().len(),
        broken.join("\n")
    );
}

/// Panics if every check that holds of the true program holds of this one as well.
pub fn assert_is_found(mutant: Program, behaviour: &str) {
    let checks = checks();
    let mut of_no_use = Vec::new();
    for check in &checks {
        if quietly(|| broken(check, mutant)).is_none() {
            continue;
        }
        // A check that is wrong about the true program says nothing about another.
        match quietly(|| broken(check, lab::program::<{ lab::ORIGINAL }>)) {
            None => return,
            Some(said) => of_no_use.push(said),
        }
    }
    assert!(
        of_no_use.is_empty(),
        "the checks that fail do so for the true program as well, so nobody learns from them that {behaviour}:\n{}",
        of_no_use.join("\n")
    );
    panic!("all {} checks hold, and yet {behaviour}", checks.len());
}

#[allow(dead_code, reason = "grading asks for no names")]
pub fn assert_names_are_sentences() {
    let checks = checks();
    assert!(!checks.is_empty(), "without a check nothing is held");
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
