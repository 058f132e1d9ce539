//! Checks of an exercise that was examined, or could not even be built.

use std::collections::HashMap;

use super::bench::Bench;
use super::examine::OUTPUT;
use super::kinds;
use super::record::{Grade, GradedCheck, Kind, Outcome};
use crate::checks;
use crate::course::TestSpec;
use crate::engine::CheckState;

/// How checks fail whose code the compiler refuses.
pub const CODE_UNBUILT: &str = "it does not build";
/// How they fail where it refuses the tests with it.
pub const TESTS_UNBUILT: &str = "the tests do not build against it";

pub fn check(test: &TestSpec, outcome: Outcome, took_ms: u64, output: &str) -> GradedCheck {
    GradedCheck {
        id: test.id(),
        shows: test.shows.clone(),
        kind: if test.hidden {
            Kind::Hidden
        } else {
            Kind::Visible
        },
        outcome,
        took_ms,
        figure: None,
        output: output.chars().take(OUTPUT).collect(),
    }
}

/// Every check of an exercise whose code was not even built. The first says what was wrong.
pub fn unbuilt(bench: &Bench, how: &str, said: &str) -> Vec<GradedCheck> {
    let mut checks = tests_unbuilt(bench, how, said);
    checks.extend(kinds::not_built(bench));
    checks
}

/// The tests and budgets of an exercise whose tests could not be built.
pub fn tests_unbuilt(bench: &Bench, how: &str, said: &str) -> Vec<GradedCheck> {
    let mut said = said;
    let mut checks = Vec::new();
    for test in &bench.reference.tests {
        let how = how.to_owned();
        checks.push(check(test, Outcome::Failed { how }, 0, said));
        said = "";
    }
    let nothing = HashMap::new();
    checks.extend(budgets(bench, &nothing, &checks));
    checks
}

/// The budgets, by the figures that the tests told. Each counts as a check.
pub fn budgets(
    bench: &Bench,
    figures: &HashMap<String, f64>,
    tests: &[GradedCheck],
) -> Vec<GradedCheck> {
    let all_passed = tests.iter().all(|check| check.outcome == Outcome::Passed);
    let judged = checks::budget::judge(&bench.exercise.budgets, figures, &[]);
    let results = judged.into_iter().map(|result| {
        let failed = |how: &str| Outcome::Failed {
            how: how.to_owned(),
        };
        let outcome = match result.state {
            CheckState::Passed => Outcome::Passed,
            _ if result
                .figure
                .as_ref()
                .is_some_and(|figure| figure.mine.is_some()) =>
            {
                failed("over the budget")
            }
            _ if all_passed => failed("no test told the figure"),
            _ => failed("the test that measures it did not get there"),
        };
        GradedCheck {
            id: result.id,
            shows: result.shows,
            kind: Kind::Visible,
            outcome,
            took_ms: 0,
            figure: result.figure.and_then(|figure| figure.mine),
            output: String::new(),
        }
    });
    results.collect()
}

impl Grade {
    /// Puts the checks in, and what follows from them.
    pub fn settle(&mut self, checks: Vec<GradedCheck>) {
        self.outcome = Grade::sum_up(&checks);
        self.checks = checks;
    }
}
