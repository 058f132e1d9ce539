//! Budgets: figures that the tests reported, each beside its bound.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::time::Duration;

use crate::course::Budget;
use crate::engine::{CheckResult, CheckState, Failure, FigureReading};

/// Judges each budget by the figures reported. A figure that is missing because a test did not pass is
/// not run; one that is missing although all tests passed is a failure.
pub fn judge<S: BuildHasher>(
    budgets: &[Budget],
    figures: &HashMap<String, f64, S>,
    tests: &[CheckResult],
) -> Vec<CheckResult> {
    let all_passed = tests.iter().all(|test| test.state == CheckState::Passed);
    let judge_one = |budget: &Budget| {
        let mine = figures.get(&budget.figure).copied();
        let state = match mine {
            Some(figure) if figure <= budget.at_most => CheckState::Passed,
            Some(_) => CheckState::Failed {
                failure: Failure::OverBudget,
            },
            None if all_passed => CheckState::Failed {
                failure: Failure::NeverReported,
            },
            None => CheckState::NotRun {
                why: "the test that measures it did not get there".to_owned(),
            },
        };
        CheckResult {
            id: budget.id(),
            shows: budget.shows.clone(),
            state,
            took: Duration::ZERO,
            figure: Some(FigureReading {
                unit: budget.unit.clone(),
                mine,
                at_most: Some(budget.at_most),
                at_least: None,
                starter: Some(budget.starter),
                reference: Some(budget.reference),
                noise: None,
            }),
        }
    };
    budgets.iter().map(judge_one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reported: Option<f64>, test: CheckState, expected: &CheckState) {
        let budget = Budget {
            figure: "allocations".to_owned(),
            unit: "allocations".to_owned(),
            at_most: 10.0,
            starter: 30.0,
            reference: 2.0,
            shows: "it allocates little".to_owned(),
        };
        let figures: HashMap<String, f64> = reported
            .map(|value| ("allocations".to_owned(), value))
            .into_iter()
            .collect();
        let tests = [CheckResult {
            id: "checks::t".to_owned(),
            shows: String::new(),
            state: test,
            took: Duration::ZERO,
            figure: None,
        }];
        let judged = judge(&[budget], &figures, &tests);
        assert_eq!(
            (judged[0].id.as_str(), &judged[0].state),
            ("budget::allocations", expected)
        );
    }

    #[test]
    fn a_figure_is_judged_by_its_bound_and_must_be_reported() {
        let failed = |failure| CheckState::Failed { failure };
        check(Some(10.0), CheckState::Passed, &CheckState::Passed);
        check(Some(10.5), CheckState::Passed, &failed(Failure::OverBudget));
        check(None, CheckState::Passed, &failed(Failure::NeverReported));
        let not_run = CheckState::NotRun {
            why: "the test that measures it did not get there".to_owned(),
        };
        check(None, failed(Failure::Missing), &not_run);
        check(Some(3.0), failed(Failure::Missing), &CheckState::Passed);
    }
}
