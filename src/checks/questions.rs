//! Quizzes and reviews: the learner's answers against the sealed ones.

use std::path::Path;
use std::time::Duration;

use super::sealed::hash;
use crate::candidate::Candidate;
use crate::course::quiz::{self, Question, QuestionKind, Quiz};
use crate::course::review::{self, FindingsOf, Review, parse_findings};
use crate::engine::{CheckResult, CheckState, Failure};

/// Judges every question of the candidate's quiz and its review that can be judged without running
/// anything: all but predictions that are made.
pub fn judge(candidate: &Candidate) -> Vec<CheckResult> {
    let mut results = Vec::new();
    if let Some(quiz) = &candidate.exercise.quiz {
        results.extend(judge_quiz(candidate, quiz));
    }
    if let Some(review) = &candidate.exercise.review {
        results.push(judge_review(candidate, review));
    }
    results
}

fn judge_quiz(candidate: &Candidate, quiz: &Quiz) -> Vec<CheckResult> {
    let answers = answers(candidate);
    let is_sealed = |question: &quiz::Question| !matches!(question.kind, QuestionKind::Output(_));
    let key = if quiz.questions.iter().any(is_sealed) {
        key(candidate, quiz::KEY)
    } else {
        Ok(toml::Table::new())
    };
    let judge_one = |question: &quiz::Question| match (&answers, &key) {
        (_, Err(why)) => CheckState::CouldNotJudge { why: why.clone() },
        (Err(why), _) => failed(Failure::BadAnswers { why: why.clone() }),
        (Ok(answers), Ok(key)) => {
            let given = answers.get(&question.id);
            match given.and_then(|answer| question.form(answer)) {
                None => failed(no_answer(question, given)),
                Some(form) => {
                    let hash = hash(&candidate.exercise.id, &question.id, &form);
                    let right = texts(key.get(&question.id)).any(|known| known == hash);
                    if right {
                        CheckState::Passed
                    } else {
                        failed(Failure::WrongAnswer)
                    }
                }
            }
        }
    };
    let is_open = |question: &&quiz::Question| {
        let given = answers.as_ref().ok().and_then(|it| it.get(&question.id));
        is_sealed(question) || given.and_then(|it| question.form(it)).is_none()
    };
    let result = |question: &quiz::Question| {
        result(question.check_id(), &question.shows, judge_one(question))
    };
    quiz.questions.iter().filter(is_open).map(result).collect()
}

fn answers(candidate: &Candidate) -> Result<toml::Table, String> {
    read(candidate, quiz::ANSWERS)
        .and_then(|text| toml::from_str::<toml::Table>(text).map_err(|error| error.to_string()))
}

/// Judges a prediction by what the program printed, or by why it printed nothing to go by.
pub fn judge_prediction(
    candidate: &Candidate,
    question: &quiz::Question,
    ran: Result<String, String>,
) -> CheckState {
    let stdout = match ran {
        Ok(stdout) => stdout,
        Err(how) => {
            let why = format!("the course's program of question `{}` {how}", question.id);
            return CheckState::CouldNotJudge { why };
        }
    };
    let answers = match answers(candidate) {
        Ok(answers) => answers,
        Err(why) => return failed(Failure::BadAnswers { why }),
    };
    let given = answers.get(&question.id);
    match given.and_then(|it| question.form(it)) {
        None => failed(no_answer(question, given)),
        Some(predicted) if predicted == quiz::printed(&stdout) => CheckState::Passed,
        Some(_) => failed(Failure::WrongAnswer),
    }
}

/// What is there in place of an answer: nothing, or something that is none.
fn no_answer(question: &Question, given: Option<&toml::Value>) -> Failure {
    match given.filter(|given| !quiz::is_blank(given)) {
        None => Failure::NotAnswered,
        Some(given) => Failure::BadAnswers {
            why: format!(
                "`{} = {given}` in `answers.toml` is no answer to it, which is {}",
                question.id,
                question.takes()
            ),
        },
    }
}

fn judge_review(candidate: &Candidate, review: &Review) -> CheckResult {
    let findings = read(candidate, review::FINDINGS)
        .and_then(|text| parse_findings(text, review, FindingsOf::Learner));
    let state = match (findings, key(candidate, review::KEY)) {
        (_, Err(why)) => CheckState::CouldNotJudge { why },
        (Err(why), _) => failed(Failure::BadAnswers { why }),
        (Ok(findings), Ok(key)) => {
            let defects: Vec<Vec<&str>> = key
                .get("defects")
                .and_then(toml::Value::as_array)
                .into_iter()
                .flatten()
                .map(|defect| texts(Some(defect)).collect())
                .collect();
            score(&candidate.exercise.id, &findings, &defects, review.at_least)
        }
    };
    result("review::score".to_owned(), &review.shows, state)
}

/// Found minus false alarms. Naming a defect twice gains nothing and costs nothing.
fn score(
    exercise: &str,
    findings: &[review::Finding],
    defects: &[Vec<&str>],
    at_least: u32,
) -> CheckState {
    let mut hit = vec![false; defects.len()];
    let mut false_alarms = 0;
    for finding in findings {
        let hashes: Vec<String> = finding
            .forms()
            .iter()
            .map(|form| hash(exercise, "review", form))
            .collect();
        let matched = defects
            .iter()
            .position(|defect| hashes.iter().any(|hash| defect.contains(&hash.as_str())));
        match matched {
            Some(at) => hit[at] = true,
            None => false_alarms += 1,
        }
    }
    let found = hit.iter().filter(|&&hit| hit).count();
    let score = found.saturating_sub(false_alarms);
    if score >= usize::try_from(at_least).unwrap_or(usize::MAX) {
        CheckState::Passed
    } else {
        failed(Failure::Score {
            found,
            defects: defects.len(),
            false_alarms,
            at_least,
        })
    }
}

fn read<'c>(candidate: &'c Candidate, name: &str) -> Result<&'c str, String> {
    let file = candidate
        .files
        .iter()
        .find(|file| file.path == Path::new(name));
    let file = file.ok_or(format!(
        "`{name}` is not there; `workbook reset {}` brings it back",
        candidate.exercise.id
    ))?;
    std::str::from_utf8(&file.bytes).map_err(|_| format!("`{name}` is not UTF-8"))
}

fn key(candidate: &Candidate, name: &str) -> Result<toml::Table, String> {
    let text = read(candidate, name).map_err(|_| {
        format!("the course has no `{name}` for this exercise; its author writes it with `workbook author seal`")
    })?;
    toml::from_str(text).map_err(|error| format!("`{name}` is damaged: {error}"))
}

fn texts(value: Option<&toml::Value>) -> impl Iterator<Item = &str> {
    value
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_str)
}

fn failed(failure: Failure) -> CheckState {
    CheckState::Failed { failure }
}

fn result(id: String, shows: &str, state: CheckState) -> CheckResult {
    CheckResult {
        id,
        shows: shows.to_owned(),
        state,
        took: Duration::ZERO,
        figure: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::review::Finding;

    fn finding(line: u32, kind: &str) -> Finding {
        Finding {
            file: "a.rs".to_owned(),
            lines: (line, line),
            kind: kind.to_owned(),
        }
    }

    fn check(findings: &[Finding], expected: Option<(usize, usize)>) {
        let defect = |first, last| Finding {
            lines: (first, last),
            ..finding(0, "panic")
        };
        let hashes: Vec<Vec<String>> = [defect(3, 5), defect(9, 9)]
            .iter()
            .map(|defect| {
                defect
                    .forms()
                    .iter()
                    .map(|form| hash("e", "review", form))
                    .collect()
            })
            .collect();
        let defects: Vec<Vec<&str>> = hashes
            .iter()
            .map(|d| d.iter().map(String::as_str).collect())
            .collect();
        let state = score("e", findings, &defects, 2);
        let wanted = match expected {
            None => CheckState::Passed,
            Some((found, false_alarms)) => failed(Failure::Score {
                found,
                defects: 2,
                false_alarms,
                at_least: 2,
            }),
        };
        assert_eq!(state, wanted, "{findings:?}");
    }

    #[test]
    fn defects_count_once_and_false_alarms_cost_one() {
        check(&[finding(4, "panic"), finding(9, "panic")], None);
        check(&[finding(3, "panic"), finding(5, "panic")], Some((1, 0)));
        check(&[finding(4, "panic"), finding(9, "leak")], Some((1, 1)));
        check(
            &[
                finding(4, "panic"),
                finding(9, "panic"),
                finding(7, "panic"),
            ],
            Some((2, 1)),
        );
        check(&[], Some((0, 0)));
    }
}
