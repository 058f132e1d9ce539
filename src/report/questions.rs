//! The questions of an exercise as JSON. Architecture invariant: no answer but the learner's own is in it.

use serde_json::{Value, json};

use crate::course::Exercise;
use crate::course::quiz::{ANSWERS, Question, QuestionKind, Quiz};
use crate::engine::{CheckState, Failure, Verdict};

/// The keys of the document, but for the version. `own` are the learner's answers, as they lie in the file.
pub fn json(exercise: &Exercise, quiz: &Quiz, own: &toml::Table, verdict: &Verdict) -> Value {
    let states: Vec<&str> = (quiz.questions.iter())
        .map(|question| state(question, own, verdict))
        .collect();
    let count = |wanted: &str| states.iter().filter(|state| **state == wanted).count();
    let open = count("open");
    let questions = quiz.questions.iter().zip(&states);
    json!({
        "exercise": exercise.id,
        "answers": exercise.crate_folder.join(ANSWERS).display().to_string(),
        "asked": states.len(),
        "answered": states.len() - open,
        "right": count("right"),
        "questions": questions.map(|(it, state)| question(it, state, exercise, own)).collect::<Vec<_>>(),
    })
}

fn question(question: &Question, state: &str, exercise: &Exercise, own: &toml::Table) -> Value {
    let mut value = json!({
        "id": question.id,
        "check": question.check_id(),
        "ask": question.ask,
        "state": state,
        "answer": if state == "open" { None } else { own.get(&question.id) },
    });
    let kind = match &question.kind {
        QuestionKind::Single(options) => {
            value["options"] = lettered(options);
            "single"
        }
        QuestionKind::Multiple(options) => {
            value["options"] = lettered(options);
            "multiple"
        }
        QuestionKind::Number(_) => "number",
        QuestionKind::Text => "text",
        QuestionKind::Output(program) => {
            let path = exercise.crate_folder.join(format!("predict/{program}.rs"));
            value["program"] = path.display().to_string().into();
            "output"
        }
    };
    value["kind"] = kind.into();
    value
}

fn lettered(options: &[String]) -> Value {
    let letters = ('a'..).map(String::from).zip(options);
    let letters = letters.map(|(letter, text)| (letter, Value::from(text.as_str())));
    Value::Object(letters.collect())
}

/// `open`, `right` or `wrong`; `unknown` where nobody can tell.
fn state(question: &Question, own: &toml::Table, verdict: &Verdict) -> &'static str {
    let given = own.get(&question.id);
    if given.and_then(|answer| question.form(answer)).is_none() {
        return "open";
    }
    let id = question.check_id();
    let check = verdict.checks.iter().find(|check| check.id == id);
    match check.map(|check| &check.state) {
        Some(CheckState::Passed) => "right",
        Some(CheckState::Failed {
            failure: Failure::WrongAnswer,
        }) => "wrong",
        _ => "unknown",
    }
}
