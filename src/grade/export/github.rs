//! GitHub Actions: annotations, and a summary for the job's page. What a submission printed goes into neither
//! as it is: between stop-commands the service obeys nothing, and no line of it begins as a command.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::Export;
use crate::grade::record::Outcome;

pub fn annotations(export: &Export<'_>) -> String {
    let mut text = String::new();
    let mut printed = String::new();
    for grade in &export.grades {
        let place = format!("{}/{}", grade.submission, grade.exercise);
        match &grade.outcome {
            Outcome::Passed => {}
            Outcome::CouldNotJudge { why } => {
                let _ = writeln!(
                    text,
                    "::warning title={}::could not judge: {}",
                    property(&place),
                    data(why)
                );
            }
            outcome => {
                let how = format!("{}: {}", outcome.word(), outcome.detail());
                let _ = writeln!(text, "::error title={}::{}", property(&place), data(&how));
            }
        }
        for shown in export
            .shown(grade)
            .iter()
            .filter(|shown| !shown.output.is_empty())
        {
            let _ = writeln!(printed, "── {place} {}\n{}", shown.check.id, shown.output);
        }
    }
    if !printed.is_empty() {
        // Nobody can write the word that ends the fence before knowing everything inside.
        let token = Sha256::digest(printed.as_bytes()).iter().take(16).fold(
            String::new(),
            |mut token, byte| {
                let _ = write!(token, "{byte:02x}");
                token
            },
        );
        let _ = write!(
            text,
            "::group::What the submissions printed\n::stop-commands::{token}\n{printed}::{token}::\n::endgroup::\n"
        );
    }
    text
}

pub fn summary(export: &Export<'_>) -> String {
    let mut text = String::from(
        "| submission | exercise | outcome | points | trust |\n|---|---|---|---:|---|\n",
    );
    for grade in &export.grades {
        let score = export.score(grade);
        let points = score
            .points
            .map_or("?".to_owned(), |points| points.to_string());
        let _ = writeln!(
            text,
            "| {} | {} | {} | {points} of {} | {} |",
            grade.submission,
            grade.exercise,
            cell(&format!(
                "{} {}",
                grade.outcome.word(),
                grade.outcome.detail()
            )),
            score.of,
            grade.trust.name()
        );
    }
    text
}

/// The part after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A cell of a table: no markup of anybody else.
fn cell(text: &str) -> String {
    let text = crate::grade::show::harmless(text).replace('\n', " ");
    let escaped = text.chars().flat_map(|c| {
        let is_markup = matches!(
            c,
            '|' | '<' | '>' | '*' | '_' | '[' | ']' | '`' | '\\' | '!' | '#' | '@'
        );
        is_markup.then_some('\\').into_iter().chain(Some(c))
    });
    escaped.collect::<String>().trim().to_owned()
}
