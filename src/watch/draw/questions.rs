//! One question of a quiz, and what is typed of its answer.

use colored::Colorize as _;

use super::super::questions::{Questions, form, options};
use super::super::state::State;
use super::{Canvas, Layout, parts};
use crate::course::quiz::QuestionKind;
use crate::report::markdown;
use crate::report::text;

pub fn layout(state: &State, questions: &Questions, canvas: Canvas) -> Layout {
    let columns = canvas.columns;
    let quiz = state.hand.exercise.quiz.as_ref();
    let question = quiz.and_then(|quiz| quiz.questions.get(questions.at));
    let mut body = Vec::new();
    let mut foot = vec![parts::rule(columns)];
    if let Some(question) = question {
        let render = |source: &str, columns: usize| -> Vec<String> {
            let rendered = markdown::render(source, columns.min(100));
            rendered.lines().map(str::to_owned).collect()
        };
        body.extend(render(&question.ask, columns));
        if let QuestionKind::Output(program) = &question.kind {
            let folder = &state.hand.exercise.crate_folder;
            let path = folder.join(format!("predict/{program}.rs"));
            body.push(format!("  {} {}", "the program".dimmed(), path.display()));
        }
        body.push(String::new());
        for (letter, option) in ('a'..).zip(options(question)) {
            for (at, line) in render(option, columns.saturating_sub(5)).iter().enumerate() {
                body.push(if at == 0 {
                    format!("  {} {line}", format!("{letter})").cyan())
                } else {
                    format!("     {line}")
                });
            }
        }
        foot.extend(
            questions
                .refused
                .iter()
                .map(|refused| refused.yellow().to_string()),
        );
        let prompt = format!("Your answer ({}): ", form(question));
        foot.push(format!("{}{}▏", prompt.dimmed(), questions.typed.bold()));
    }
    let keys = [
        ("⏎", "keep"),
        ("PgUp PgDn", "other questions"),
        ("esc", "back"),
    ];
    foot.extend(parts::keys(&keys, columns));
    let title = format!(
        "{} · question {} of {}",
        state.hand.exercise.id,
        questions.at + 1,
        questions.count
    );
    Layout {
        head: vec![
            text::cut(&title.bold().to_string(), columns),
            parts::rule(columns),
        ],
        body,
        foot,
        scroll: questions.scroll,
    }
}
