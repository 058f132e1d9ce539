//! What the program says stays what it was, and one file knows which plans there are.

mod support;

use support::parallel;

#[test]
fn your_pins_still_hold() {
    support::assert_holds(billing::run, "the crate");
}

#[test]
fn the_program_says_what_it_said() {
    parallel::assert_same(billing::run, 0..300);
}

/// The words of a source without its comments; those in strings are words too.
fn words(source: &str) -> impl Iterator<Item = &str> {
    source
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'))
}

const PLAN: &str = include_str!("../src/plan.rs");
const INVOICE: &str = include_str!("../src/invoice.rs");
const SCRIPT: &str = include_str!("../src/script.rs");

#[test]
fn one_file_knows_which_plans_there_are() {
    let mut named = Vec::new();
    for (file, source) in [("invoice.rs", INVOICE), ("script.rs", SCRIPT)] {
        for word in words(source) {
            let lower = word.to_lowercase();
            if (["free", "team", "enterprise", "metered"].iter()).any(|plan| lower.contains(plan)) {
                named.push(format!("{file}: {word}"));
            }
        }
    }
    assert!(
        named.is_empty(),
        "whoever adds a plan has to find each file that names the plans there are, and the compiler tells of none \
         of these: {named:?}"
    );
}

#[test]
fn no_plan_is_asked_what_it_is() {
    let asked: Vec<&str> = [PLAN, INVOICE, SCRIPT]
        .into_iter()
        .flat_map(words)
        .filter(|word| ["Any", "TypeId", "type_name"].contains(word) || word.contains("downcast"))
        .collect();
    assert!(
        asked.is_empty(),
        "a plan should be asked what it charges, and not what it is: {asked:?}"
    );
}
