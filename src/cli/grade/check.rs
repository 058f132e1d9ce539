//! `grade check`: which exercises can be graded on this machine, and whether a box says of what their author has what
//! a desk says.

use std::collections::BTreeMap;
use std::path::Path;

use colored::Colorize as _;
use serde_json::json;
use tempfile::TempDir;

use super::super::args::CheckGradeArgs;
use super::super::{CliError, Config, Exit};
use super::{box_here, selection, workshop};
use crate::grade::{self, Class, Grade, Rehearsal, Shard, Store, Told};
use crate::report::{self, Screen};

/// What came of one exercise.
#[derive(Default)]
struct Row {
    /// How many candidates have been graded.
    graded: usize,
    /// How it is graded.
    manner: String,
    /// Why it can't be graded here.
    unjudged: Option<String>,
    /// A candidate, and what is wrong with how it was graded.
    complaints: Vec<(String, String)>,
}

/// `workbook grade check`
pub fn run(
    args: &CheckGradeArgs,
    from: &Path,
    config: &Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    let how = box_here(&args.how, args.json, config, screen)?;
    let exercises = selection(&args.how.exercises, config)?;
    let environment = config.environment()?;
    let workshop = workshop(&exercises, config, &environment, screen)?;
    let mut class = Class::new(&config.course, &environment, &workshop, how, &config.stop);
    let root = config.desk.course_root();
    let (rehearsal, jobs) = Rehearsal::hand_in(&mut class, &exercises, &root, &environment)?;
    let fleeting = TempDir::with_prefix("workbook-check-").map_err(CliError::Temporary)?;
    let out = args.out.as_ref().map(|out| from.join(out));
    let mut store = Store::open(out.as_deref().unwrap_or(fleeting.path()))?;

    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for job in &jobs {
        *sizes.entry(&job.exercise).or_default() += 1;
    }
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let (mut done, total, json) = (0, jobs.len() as u64, args.json);
    let mut on = |told: Told<'_>| {
        let Told::Done { grade, .. } = told;
        let row = rows.entry(grade.exercise.clone()).or_default();
        row.take(grade, rehearsal.complaint(&class, grade));
        if !json && row.graded == sizes[grade.exercise.as_str()] {
            row.show(&grade.exercise, screen);
        }
        done += 1;
        screen.progress(done, total, "grading");
    };
    let ran = grade::run(
        &jobs,
        Shard::WHOLE,
        &class,
        &mut store,
        args.how.threads(),
        &config.stop,
        &mut on,
    );
    screen.end_progress();
    ran?;
    let unjudged = rows.values().filter(|row| row.unjudged.is_some()).count();
    let wrong = rows
        .values()
        .filter(|row| !row.complaints.is_empty())
        .count();
    if args.json {
        let rows = rows.iter().map(|(exercise, row)| {
            let complaints = row.complaints.iter();
            json!({
                "exercise": exercise,
                "candidates": row.graded,
                "manner": row.manner,
                "could_not_judge": row.unjudged,
                "complaints": complaints
                    .map(|(candidate, what)| json!({ "candidate": candidate, "what": what }))
                    .collect::<Vec<_>>(),
            })
        });
        let document = json!({ "version": grade::VERSION, "exercises": rows.collect::<Vec<_>>() });
        screen.line(report::json::document(document));
    } else {
        screen.line(format!(
            "{} of {} exercises are graded here as at a desk; {unjudged} can't be, {wrong} are graded otherwise",
            rows.len() - unjudged - wrong,
            rows.len(),
        ));
    }
    Ok(match (wrong, unjudged) {
        (0, 0) => Exit::Success,
        (0, _) => Exit::Environment,
        _ => Exit::ChecksFailed,
    })
}

impl Row {
    fn take(&mut self, grade: &Grade, complaint: Option<String>) {
        self.graded += 1;
        if self.manner.is_empty() {
            self.manner = grade.manner();
        }
        if !grade.outcome.is_judged() {
            self.unjudged
                .get_or_insert_with(|| grade.outcome.detail().to_owned());
        }
        let candidate = grade.submission.clone();
        self.complaints
            .extend(complaint.map(|what| (candidate, what)));
    }

    fn show(&self, exercise: &str, screen: &mut Screen) {
        if let Some(why) = &self.unjudged {
            let mark = screen.mark("?", "could not judge:").yellow();
            screen.line(format!("{mark} {exercise}  {why}"));
        } else if self.complaints.is_empty() {
            let mark = screen.mark("✓", "graded:").green();
            let manner = self.manner.dimmed();
            screen.line(format!(
                "{mark} {exercise} {} candidates, {manner}",
                self.graded
            ));
        } else {
            let mark = screen.mark("✗", "graded otherwise:").red();
            screen.line(format!("{mark} {exercise}"));
        }
        for (candidate, what) in &self.complaints {
            screen.line(format!("    {candidate}: {what}"));
        }
    }
}
