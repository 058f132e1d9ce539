//! `quiz.toml`: questions, and the forms in which answers are compared.

use serde::{Deserialize, Serialize};

use super::problem::ProblemKind;
use super::reader::{At, Document, Table};

/// The name of the file beside `exercise.toml`.
pub const FILE: &str = "quiz.toml";

/// The learner's file, relative to the crate.
pub const ANSWERS: &str = "answers.toml";

/// The sealed answers, beside `quiz.toml`.
pub const KEY: &str = "quiz.key";

/// Questions, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quiz {
    /// At least one.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// What the answer is filed under.
    pub id: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// The question, in Markdown.
    pub ask: String,
    /// What a right answer shows.
    pub shows: String,
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum QuestionKind {
    /// One letter, of so many options.
    Single(Vec<String>),
    /// Any set of letters, of so many options.
    Multiple(Vec<String>),
    /// A number, with room.
    Number(Room),
    /// A word or a line.
    Text,
    /// What the program `predict/<name>.rs` prints: the answer is found by running it.
    Output(String),
}

/// How far off a number may be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Room {
    /// No room: equal to a millionth, which is what is left when a decimal fraction is read.
    Exact,
    /// By so much, either way.
    Absolute(f64),
    /// By this factor, either way; it is over 1, and answers are over 0.
    Factor(f64),
}

/// Steps of a number's grid on each side of the right one. An answer just inside the room may lie half a
/// step outside; nobody answers that exactly.
const STEPS: i64 = 20;

impl Question {
    /// `quiz::<id>`.
    pub fn check_id(&self) -> String {
        format!("quiz::{}", self.id)
    }

    /// The one form of a learner's answer that is compared. `None` if it is no answer: absent, empty, or
    /// of the wrong kind.
    pub fn form(&self, answer: &toml::Value) -> Option<String> {
        match &self.kind {
            QuestionKind::Single(options) => {
                letter(answer.as_str()?, options.len()).map(String::from)
            }
            QuestionKind::Multiple(options) => {
                let mut letters: Vec<char> = answer
                    .as_array()?
                    .iter()
                    .map(|one| letter(one.as_str()?, options.len()))
                    .collect::<Option<_>>()?;
                letters.sort_unstable();
                letters.dedup();
                (!letters.is_empty()).then(|| letters.into_iter().collect())
            }
            QuestionKind::Number(room) => room.step(number(answer)?).map(|step| step.to_string()),
            QuestionKind::Text => {
                let text = answer.as_str()?.to_lowercase();
                let words: Vec<&str> = text.split_whitespace().collect();
                (!words.is_empty()).then(|| words.join(" "))
            }
            QuestionKind::Output(_) => {
                let printed = printed(answer.as_str()?);
                (!printed.is_empty()).then_some(printed)
            }
        }
    }

    /// What an answer has to look like.
    pub fn takes(&self) -> String {
        let last = |options: &[String]| {
            (b'a'..)
                .nth(options.len().saturating_sub(1))
                .map_or('z', char::from)
        };
        match &self.kind {
            QuestionKind::Single(options) => {
                format!("one letter in quotes, from \"a\" to \"{}\"", last(options))
            }
            QuestionKind::Multiple(options) => format!(
                "a list of letters from \"a\" to \"{}\", such as [\"a\", \"b\"]",
                last(options)
            ),
            QuestionKind::Number(Room::Factor(_)) => "a number above 0, without quotes".to_owned(),
            QuestionKind::Number(_) => "a number, without quotes".to_owned(),
            QuestionKind::Text | QuestionKind::Output(_) => "a text in quotes".to_owned(),
        }
    }

    /// Every form that is right, given a right answer.
    pub fn right_forms(&self, answer: &toml::Value) -> Option<Vec<String>> {
        match &self.kind {
            QuestionKind::Number(Room::Exact) => Some(vec![self.form(answer)?]),
            QuestionKind::Number(room) => {
                let middle = room.step(number(answer)?)?;
                Some(
                    (middle - STEPS..=middle + STEPS)
                        .map(|step| step.to_string())
                        .collect(),
                )
            }
            _ => Some(vec![self.form(answer)?]),
        }
    }
}

/// What a program printed, as it is compared: without blanks at the ends of lines, and without empty lines
/// before and after.
pub fn printed(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// How finely exact answers are told apart.
const MILLIONTHS: f64 = 1e6;

impl Room {
    fn step(self, value: f64) -> Option<i64> {
        #[expect(clippy::cast_precision_loss, reason = "a small constant")]
        let steps = STEPS as f64;
        let position = match self {
            Room::Exact => value * MILLIONTHS,
            Room::Absolute(tolerance) => value / (tolerance / steps),
            Room::Factor(factor) if value > 0.0 => value.ln() / (factor.ln() / steps),
            Room::Factor(_) => return None,
        };
        let rounded = position.round();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "inside these bounds nothing is lost"
        )]
        (rounded.abs() < 9e15).then_some(rounded as i64)
    }
}

/// Whether a place is there for an answer and nothing is in it.
pub fn is_blank(answer: &toml::Value) -> bool {
    match answer {
        toml::Value::String(text) => text.trim().is_empty(),
        toml::Value::Array(all) => all.is_empty(),
        _ => false,
    }
}

fn letter(text: &str, options: usize) -> Option<char> {
    let mut chars = text.trim().chars();
    let (Some(first), None) = (chars.next(), chars.next()) else {
        return None;
    };
    let first = first.to_ascii_lowercase();
    let at = (first as usize).checked_sub('a' as usize)?;
    (at < options).then_some(first)
}

fn number(answer: &toml::Value) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "answers are compared with room")]
    let value = match answer {
        toml::Value::Integer(whole) => *whole as f64,
        toml::Value::Float(number) => *number,
        _ => return None,
    };
    value.is_finite().then_some(value)
}

/// Reads a `quiz.toml`.
pub(super) fn read(document: &Document<'_>) -> Quiz {
    document.read(|root| {
        let questions = root.unique_tables("questions", read_question, Question::check_id);
        if root.lacks("questions") {
            root.missing("questions", "at least one `[[questions]]` table");
        }
        Quiz { questions }
    })
}

fn read_question(table: &Table<'_, '_>) -> Option<Question> {
    let id = table.text("id", "what the answer is filed under, such as \"q1\"");
    let ask = table.text("ask", "the question, in Markdown");
    let shows = table.text("shows", "what a right answer shows");
    let kind = read_kind(table)?;
    let id = id?;
    if !super::spine::is_id(&id.value) {
        table.note(id.span, ProblemKind::BadId { id: id.value });
        return None;
    }
    Some(Question {
        id: id.value,
        kind,
        ask: ask?.value,
        shows: shows?.value,
    })
}

fn read_kind(table: &Table<'_, '_>) -> Option<QuestionKind> {
    const KINDS: &str = "\"single\", \"multiple\", \"number\", \"text\" or \"output\"";
    let kind = table.text("kind", KINDS);
    let options = table.optional_texts("options");
    let tolerance = table.optional_number("tolerance");
    let factor = table.optional_number("factor");
    let program = table.optional_text("program");
    let kind = kind?;
    let of_kind = |kinds: &[&str]| kinds.contains(&kind.value.as_str());
    let strangers = [
        (
            "options",
            options.as_ref().map(|it| &it.span),
            of_kind(&["single", "multiple"]),
        ),
        (
            "tolerance",
            tolerance.as_ref().map(|it| &it.span),
            of_kind(&["number"]),
        ),
        (
            "factor",
            factor.as_ref().map(|it| &it.span),
            of_kind(&["number"]),
        ),
        (
            "program",
            program.as_ref().map(|it| &it.span),
            of_kind(&["output"]),
        ),
    ];
    let is_known = of_kind(&["single", "multiple", "number", "text", "output"]);
    for (key, span, fits) in strangers {
        if let (Some(span), false, true) = (span, fits, is_known) {
            let expected = format!("no `{key}`: the question is of kind \"{}\"", kind.value);
            bad(table, key, "here".to_owned(), span.clone(), &expected);
        }
    }
    match kind.value.as_str() {
        "single" => Some(QuestionKind::Single(read_options(table, options)?)),
        "multiple" => Some(QuestionKind::Multiple(read_options(table, options)?)),
        "text" => Some(QuestionKind::Text),
        "output" => Some(QuestionKind::Output(read_program(table, program)?)),
        "number" => Some(QuestionKind::Number(read_room(table, tolerance, factor)?)),
        other => {
            bad(table, "kind", format!("`{other}`"), kind.span, KINDS);
            None
        }
    }
}

fn read_options(
    table: &Table<'_, '_>,
    options: Option<At<Vec<At<String>>>>,
) -> Option<Vec<String>> {
    const EXPECTED: &str = "two to ten answers to choose from";
    let Some(options) = options else {
        table.missing("options", EXPECTED);
        return None;
    };
    let count = options.value.len();
    if !(2..=10).contains(&count) {
        bad(
            table,
            "options",
            format!("{count} long"),
            options.span,
            EXPECTED,
        );
        return None;
    }
    Some(
        options
            .value
            .into_iter()
            .map(|option| option.value)
            .collect(),
    )
}

fn read_program(table: &Table<'_, '_>, program: Option<At<String>>) -> Option<String> {
    const EXPECTED: &str = "the name of a program `predict/<name>.rs`";
    let Some(program) = program else {
        table.missing("program", EXPECTED);
        return None;
    };
    if !super::spine::is_id(&program.value) {
        let found = format!("`{}`", program.value);
        bad(table, "program", found, program.span, EXPECTED);
        return None;
    }
    Some(program.value)
}

fn read_room(
    table: &Table<'_, '_>,
    tolerance: Option<At<f64>>,
    factor: Option<At<f64>>,
) -> Option<Room> {
    match (tolerance, factor) {
        (Some(room), None) if room.value == 0.0 => Some(Room::Exact),
        (Some(room), None) if room.value > 0.0 => Some(Room::Absolute(room.value)),
        (None, Some(room)) if room.value > 1.0 => Some(Room::Factor(room.value)),
        (None, None) => {
            table.missing("tolerance", "how far off an answer may be; or `factor`");
            None
        }
        (Some(room), _) => bad_room(table, "tolerance", &room),
        (None, Some(room)) => bad_room(table, "factor", &room),
    }
}

fn bad_room(table: &Table<'_, '_>, key: &str, room: &At<f64>) -> Option<Room> {
    let expected = "either `tolerance` of 0 or more, or `factor` over 1";
    bad(
        table,
        key,
        room.value.to_string(),
        room.span.clone(),
        expected,
    );
    None
}

fn bad(
    table: &Table<'_, '_>,
    key: &str,
    found: String,
    span: std::ops::Range<usize>,
    expected: &str,
) {
    let (key, expected) = (key.to_owned(), expected.to_owned());
    table.note(
        span,
        ProblemKind::BadValue {
            key,
            found,
            expected,
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(kind: QuestionKind) -> Question {
        Question {
            id: "q1".to_owned(),
            kind,
            ask: String::new(),
            shows: String::new(),
        }
    }

    fn check(
        kind: &QuestionKind,
        right: impl Into<toml::Value>,
        given: impl Into<toml::Value>,
        expected: bool,
    ) {
        let question = question(kind.clone());
        let (right, given) = (right.into(), given.into());
        let forms = question
            .right_forms(&right)
            .expect("the right answer is an answer");
        let accepted = question
            .form(&given)
            .is_some_and(|form| forms.contains(&form));
        assert_eq!(accepted, expected, "{kind:?}: {given} for {right}");
    }

    #[test]
    fn letters_are_compared_without_case_and_order() {
        let options = || ["x", "y", "z"].map(str::to_owned).to_vec();
        check(&QuestionKind::Single(options()), "b", " B ", true);
        check(&QuestionKind::Single(options()), "b", "c", false);
        check(&QuestionKind::Single(options()), "b", "d", false);
        check(&QuestionKind::Single(options()), "b", "", false);
        check(
            &QuestionKind::Multiple(options()),
            vec!["a", "c"],
            vec!["C", "a", "a"],
            true,
        );
        check(
            &QuestionKind::Multiple(options()),
            vec!["a", "c"],
            vec!["a"],
            false,
        );
        check(
            &QuestionKind::Multiple(options()),
            vec!["a"],
            Vec::<String>::new(),
            false,
        );
    }

    #[test]
    fn numbers_have_room() {
        let absolute = QuestionKind::Number(Room::Absolute(10.0));
        for (given, expected) in [
            (100.0, true),
            (109.0, true),
            (91.0, true),
            (111.0, false),
            (89.0, false),
        ] {
            check(&absolute, 100, given, expected);
        }
        let factor = QuestionKind::Number(Room::Factor(2.0));
        for (given, expected) in [
            (1000, true),
            (1950, true),
            (510, true),
            (2100, false),
            (480, false),
            (0, false),
            (-1000, false),
        ] {
            check(&factor, 1000, given, expected);
        }
        let exact = QuestionKind::Number(Room::Exact);
        for (given, expected) in [(0.3, true), (0.3001, false), (0.0, false)] {
            check(&exact, 0.1 + 0.2, given, expected);
        }
    }

    #[test]
    fn texts_are_compared_without_case_and_white_space() {
        check(&QuestionKind::Text, "Arc<Mutex>", "  arc<mutex> ", true);
        check(&QuestionKind::Text, "two words", "Two\n  Words", true);
        check(&QuestionKind::Text, "Arc", "Rc", false);
    }
}
