//! A table, one line for each submission and exercise.

use std::fmt::Write as _;

use super::Export;

pub fn write(export: &Export<'_>) -> String {
    let mut text =
        String::from("submission,exercise,outcome,points,of,late,passed,checks,trust,why\n");
    for grade in &export.grades {
        let score = export.score(grade);
        let (passed, checks) = grade.tally();
        let points = score
            .points
            .map_or(String::new(), |points| points.to_string());
        let _ = writeln!(
            text,
            "{},{},{},{points},{},{},{passed},{checks},{},{}",
            field(&grade.submission),
            field(&grade.exercise),
            grade.outcome.word(),
            score.of,
            score.late,
            grade.trust.name(),
            field(grade.outcome.detail())
        );
    }
    text
}

/// A field that a spreadsheet takes as text: quoted, and never as a formula.
fn field(text: &str) -> String {
    let text = crate::grade::show::harmless(text).replace('\n', " ");
    let is_formula = text.starts_with(['=', '+', '-', '@']);
    let text = if is_formula { format!("'{text}") } else { text };
    if text.contains([',', '"', ';']) || is_formula {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}
