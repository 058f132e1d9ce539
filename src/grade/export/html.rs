//! The report on a class: one page, without scripts and without the network. Who has what, where the class
//! stumbles, and how points are spread.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Export;
use crate::grade::record::{Grade, Outcome};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#222}\
table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .6rem;border-bottom:1px solid #ddd;text-align:left}\
td.n{text-align:right;font-variant-numeric:tabular-nums}.p{background:#d9efdc}.f{background:#f7d9d6}.q{background:#f5ecc8}.n0{background:#eee}\
pre{white-space:pre-wrap;background:#f6f6f6;padding:.6rem;max-height:16rem;overflow:auto}svg text{font:11px system-ui}summary{cursor:pointer}";

pub fn write(export: &Export<'_>) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Class report</title>\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <style>{STYLE}</style></head><body>\n<h1>Class report</h1>\n"
    );
    let learners: BTreeSet<&str> = export
        .grades
        .iter()
        .map(|grade| grade.submission.as_str())
        .collect();
    let exercises: BTreeSet<&str> = export
        .grades
        .iter()
        .map(|grade| grade.exercise.as_str())
        .collect();
    let by_place: BTreeMap<(&str, &str), &Grade> = (export.grades.iter())
        .map(|grade| ((grade.submission.as_str(), grade.exercise.as_str()), *grade))
        .collect();
    let _ = writeln!(
        page,
        "<p>{} learners, {} exercises.</p>",
        learners.len(),
        exercises.len()
    );
    distribution(&mut page, export, &learners);
    stumbles(&mut page, export);
    matrix(&mut page, export, &learners, &exercises, &by_place);
    details(&mut page, export);
    page.push_str("</body></html>\n");
    page
}

/// How many learners have which part of the points, in ten steps.
fn distribution(page: &mut String, export: &Export<'_>, learners: &BTreeSet<&str>) {
    let mut bins = [0_u32; 10];
    for learner in learners {
        let scores = export
            .grades
            .iter()
            .filter(|grade| grade.submission == **learner)
            .map(|grade| export.score(grade));
        let (points, of) = scores.fold((0.0, 0.0), |(points, of), score| match score.points {
            Some(got) => (points + got, of + score.of),
            // What nobody could judge counts neither way.
            None => (points, of),
        });
        if of > 0.0 {
            let step = (0..9)
                .filter(|&step| points / of >= f64::from(step + 1) / 10.0)
                .count();
            bins[step] += 1;
        }
    }
    let most = f64::from(bins.iter().copied().max().unwrap_or(1).max(1));
    page.push_str("<h2>How points are spread</h2>\n<svg width=\"640\" height=\"190\" role=\"img\" aria-label=\"learners by part of the points\">\n");
    for (at, count) in (0_u32..).zip(bins) {
        let height = 140.0 * f64::from(count) / most;
        let (left, top) = (10 + at * 62, 160.0 - height);
        let _ = writeln!(
            page,
            "<rect x=\"{left}\" y=\"{top:.1}\" width=\"56\" height=\"{height:.1}\" fill=\"#5b8bb0\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"middle\">{count}</text>\
             <text x=\"{}\" y=\"176\" text-anchor=\"middle\">{}–{} %</text>",
            left + 28,
            top - 4.0,
            left + 28,
            at * 10,
            (at + 1) * 10
        );
    }
    page.push_str("</svg>\n");
}

/// The checks that most learners fail, of those who handed something in.
fn stumbles(page: &mut String, export: &Export<'_>) {
    let mut counts: BTreeMap<(&str, &str), (u32, u32, &str)> = BTreeMap::new();
    for grade in &export.grades {
        for check in grade
            .checks
            .iter()
            .filter(|check| check.outcome.is_judged())
        {
            let entry = counts
                .entry((&grade.exercise, &check.id))
                .or_insert((0, 0, &check.shows));
            entry.1 += 1;
            if check.outcome != Outcome::Passed {
                entry.0 += 1;
            }
        }
    }
    let mut worst: Vec<_> = counts
        .into_iter()
        .filter(|(_, (failed, _, _))| *failed > 0)
        .collect();
    worst.sort_by(|(a, (failed_a, of_a, _)), (b, (failed_b, of_b, _))| {
        let (left, right) = (
            u64::from(*failed_a) * u64::from(*of_b),
            u64::from(*failed_b) * u64::from(*of_a),
        );
        right.cmp(&left).then(a.cmp(b))
    });
    page.push_str("<h2>Where the class stumbles</h2>\n<table><tr><th>exercise</th><th>check</th><th>what it shows</th><th>fail it</th><th></th></tr>\n");
    for ((exercise, check), (failed, of, shows)) in worst.into_iter().take(20) {
        let width = 160.0 * f64::from(failed) / f64::from(of);
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{failed} of {of}</td>\
             <td><svg width=\"160\" height=\"12\"><rect width=\"{width:.0}\" height=\"12\" fill=\"#c0645a\"/></svg></td></tr>",
            text(exercise),
            text(check),
            text(shows)
        );
    }
    page.push_str("</table>\n");
}

fn matrix(
    page: &mut String,
    export: &Export<'_>,
    learners: &BTreeSet<&str>,
    exercises: &BTreeSet<&str>,
    by_place: &BTreeMap<(&str, &str), &Grade>,
) {
    page.push_str("<h2>Who has what</h2>\n<table><tr><th></th>");
    for exercise in exercises {
        let _ = write!(page, "<th>{}</th>", text(exercise));
    }
    page.push_str("<th>points</th></tr>\n");
    for learner in learners {
        let _ = write!(page, "<tr><td>{}</td>", text(learner));
        let (mut sum, mut unknown) = (0.0, false);
        for exercise in exercises {
            let Some(grade) = by_place.get(&(*learner, *exercise)) else {
                page.push_str("<td class=\"n0\"></td>");
                continue;
            };
            let (class, sign) = match grade.outcome {
                Outcome::Passed => ("p", "✓"),
                Outcome::Failed { .. } => ("f", "✗"),
                Outcome::NotRun { .. } => ("n0", "–"),
                Outcome::CouldNotJudge { .. } => ("q", "?"),
            };
            let score = export.score(grade);
            match score.points {
                Some(points) => sum += points,
                None => unknown = true,
            }
            let points = score
                .points
                .map_or("?".to_owned(), |points| points.to_string());
            let _ = write!(page, "<td class=\"{class}\">{sign} {points}</td>");
        }
        let more = if unknown { " + ?" } else { "" };
        let _ = writeln!(
            page,
            "<td class=\"n\">{}{more}</td></tr>",
            crate::grade::points::rounded(sum)
        );
    }
    page.push_str("</table>\n");
}

/// Per learner and exercise: each check.
fn details(page: &mut String, export: &Export<'_>) {
    page.push_str("<h2>Each result</h2>\n");
    for grade in &export.grades {
        let standing: Vec<&str> = (grade.walls.named().iter())
            .filter(|(_, is_up)| *is_up)
            .map(|(name, _)| *name)
            .collect();
        let _ = writeln!(
            page,
            "<details><summary>{} / {}: {} {}</summary><p>{}; box: {}; {}</p><table>",
            text(&grade.submission),
            text(&grade.exercise),
            grade.outcome.word(),
            text(grade.outcome.detail()),
            grade.manner(),
            standing.join(", "),
            text(&grade.toolchain)
        );
        for shown in export.shown(grade) {
            let check = shown.check;
            let _ = write!(
                page,
                "<tr><td>{}</td><td>{}</td><td>{} {}</td><td class=\"n\">{} ms</td></tr>",
                text(&check.id),
                text(&check.shows),
                check.outcome.word(),
                text(check.outcome.detail()),
                check.took_ms
            );
            if !shown.output.is_empty() {
                let _ = write!(
                    page,
                    "<tr><td colspan=\"4\"><pre>{}</pre></td></tr>",
                    text(&shown.output)
                );
            }
            page.push('\n');
        }
        page.push_str("</table></details>\n");
    }
}

fn text(text: &str) -> String {
    let text = crate::grade::show::harmless(text);
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
