//! `grade run` and `grade plan`: submissions go in, results come out.

mod check;
mod results;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use colored::Colorize as _;

use super::args::{GradeCommand, GradingArgs, HandedIn, PlanArgs, Require, RunGradeArgs};
use super::{CliError, Config, Exit};
use crate::candidate::Environment;
use crate::course::Exercise;
use crate::engine;
use crate::grade::{
    self, Class, Grade, How, Job, Outcome, Store, Submission, Told, Walls, Workshop,
};
use crate::report::{self, Screen};

/// `workbook grade …`
pub fn run(
    command: &GradeCommand,
    from: &Path,
    config: &Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    match command {
        GradeCommand::Run(args) => run_grade(args, from, config, screen),
        GradeCommand::Check(args) => check::run(args, from, config, screen),
        GradeCommand::Plan(args) => plan(args, from, config, screen),
        GradeCommand::Merge(args) => results::merge(args, from, screen),
        GradeCommand::Export(args) => results::export(args, from, config, screen),
        GradeCommand::Regrade(args) => results::regrade(args, from, config, screen),
    }
}

fn run_grade(
    args: &RunGradeArgs,
    from: &Path,
    config: &Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    let how = box_here(&args.how, args.json, config, screen)?;
    let exercises = selection(&args.how.exercises, config)?;
    let submissions = submissions(&args.handed_in, from, screen)?;
    let environment = config.environment()?;
    let workshop = workshop(&exercises, config, &environment, screen)?;
    let mut class = Class::new(&config.course, &environment, &workshop, how, &config.stop);
    let root = config.desk.course_root();
    let jobs = class.jobs(&submissions, &exercises, &root, &environment)?;
    let mut store = Store::open(&from.join(&args.out))?;
    for aside in &store.set_aside {
        screen.complain(format!("note: left aside {aside}"));
    }
    let mut grades: Vec<Grade> = Vec::new();
    let (json, total) = (args.json, jobs.len() as u64);
    let mut on = |told: Told<'_>| {
        let Told::Done { grade, known } = told;
        if !json {
            screen.line(line_of(grade, known, screen));
        }
        grades.push(grade.clone());
        screen.progress(grades.len() as u64, total, "grading");
    };
    let tally = grade::run(
        &jobs,
        args.shard,
        &class,
        &mut store,
        args.how.threads(),
        &config.stop,
        &mut on,
    );
    screen.end_progress();
    let tally = tally?;
    if args.json {
        grades.sort_by(|a, b| (&a.submission, &a.exercise).cmp(&(&b.submission, &b.exercise)));
        screen.line(report::json::document(serde_json::json!({
            "version": grade::VERSION,
            "grades": grades,
        })));
    } else {
        screen.line(format!(
            "{} results in {}: {} graded now, {} known",
            tally.jobs,
            args.out.display(),
            tally.graded,
            tally.known
        ));
        if config.verbose {
            let count = |of: &AtomicUsize| of.load(Ordering::Relaxed);
            screen.line(format!(
                "{} programs linked with what was compiled for the course's own code, {} compiled; of the course's own, \
                 {} compiled for that, {} found from an earlier run",
                count(&workshop.made.linked),
                count(&workshop.made.compiled),
                count(&workshop.made.prepared),
                count(&workshop.made.found)
            ));
        }
    }
    Ok(exit_of(&grades))
}

/// Finds out what box can be had, says so, and refuses where that is less than what was asked for.
fn box_here(
    args: &GradingArgs,
    json: bool,
    config: &Config,
    screen: &mut Screen,
) -> Result<How, CliError> {
    let wanted = args.without.iter().try_fold(Walls::ALL, |walls, name| {
        let unknown = || CliError::UnknownLayer { name: name.clone() };
        walls.without(name).ok_or_else(unknown)
    })?;
    engine::adopt_orphans();
    let grade::Detected { walls, missing } = grade::detect(wanted, &config.stop)?;
    if !json {
        screen.line(walls_in_words(walls, screen));
        for why in missing {
            screen.line(format!("  not to be had here: {why}"));
        }
    }
    if !walls.is_boxed() && args.require != Require::Nothing {
        return Err(CliError::NoBox);
    }
    Ok(How {
        walls,
        only_sealed: args.require == Require::Sealed,
        in_process: args.in_process,
        compile_seconds: args.compile_seconds,
    })
}

/// What stands around submissions, in a line.
fn walls_in_words(walls: Walls, screen: &Screen) -> String {
    let parts = walls.named().map(|(name, is_up)| {
        if is_up {
            format!("{} {name}", screen.mark("✓", "with").green())
        } else {
            format!("{} {name}", screen.mark("✗", "without").yellow())
        }
    });
    format!("box: {}", parts.join("  "))
}

fn line_of(grade: &Grade, known: bool, screen: &Screen) -> String {
    let mark = match grade.outcome {
        Outcome::Passed => screen.mark("✓", "passed:").green(),
        Outcome::Failed { .. } => screen.mark("✗", "failed:").red(),
        Outcome::NotRun { .. } => screen.mark("–", "not run:").yellow(),
        Outcome::CouldNotJudge { .. } => screen.mark("?", "could not judge:").yellow(),
    };
    let how = if known { ", known" } else { "" };
    let about = format!("{}{how}", grade.manner());
    let detail = grade.outcome.detail();
    let detail = if detail.is_empty() {
        String::new()
    } else {
        format!("  {detail}")
    };
    format!(
        "{mark} {}/{}{detail} {}",
        grade.submission,
        grade.exercise,
        about.dimmed()
    )
}

fn exit_of(grades: &[Grade]) -> Exit {
    if grades.iter().any(|grade| !grade.outcome.is_judged()) {
        Exit::Environment
    } else if grades.iter().all(|grade| grade.outcome == Outcome::Passed) {
        Exit::Success
    } else {
        Exit::ChecksFailed
    }
}

fn selection(ids: &[String], config: &Config) -> Result<Vec<Arc<Exercise>>, CliError> {
    if ids.is_empty() {
        let all = config
            .course
            .exercises
            .iter()
            .filter(|exercise| grade::is_gradable(exercise));
        return Ok(all.map(|exercise| Arc::new(exercise.clone())).collect());
    }
    ids.iter().map(|id| config.exercise(id)).collect()
}

fn submissions(
    handed_in: &HandedIn,
    from: &Path,
    screen: &mut Screen,
) -> Result<Vec<Submission>, CliError> {
    let at = |path: &PathBuf| {
        let path = from.join(path);
        path.canonicalize()
            .map_err(|source| CliError::NoFolder { path, source })
    };
    if let Some(one) = &handed_in.submission {
        return Ok(vec![Submission::at(&at(one)?)?]);
    }
    let folder = handed_in.submissions.clone().unwrap_or_default();
    let (found, aside) = Submission::all_in(&at(&folder)?)?;
    for what in aside {
        screen.complain(format!("note: {what}"));
    }
    Ok(found)
}

fn workshop(
    exercises: &[Arc<Exercise>],
    config: &Config,
    environment: &Environment,
    screen: &mut Screen,
) -> Result<Workshop, CliError> {
    let folder = config.desk.build_root().join("grade");
    let mut on_wait = || {
        screen.complain(
            "note: another `workbook grade` builds here, or grades other exercises; waiting until it has ended",
        );
    };
    Ok(Workshop::open(
        &config.desk.course_root(),
        exercises,
        environment,
        &folder,
        (&mut on_wait, &config.stop),
    )?)
}

fn plan(
    args: &PlanArgs,
    from: &Path,
    config: &Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    let exercises = selection(&args.exercises, config)?;
    let submissions = submissions(&args.handed_in, from, screen)?;
    let environment = config.environment()?;
    let workshop = workshop(&exercises, config, &environment, screen)?;
    let how = How {
        walls: Walls::ALL,
        only_sealed: false,
        in_process: false,
        compile_seconds: 0,
    };
    let mut class = Class::new(&config.course, &environment, &workshop, how, &config.stop);
    let jobs: Vec<Job> = class.jobs(
        &submissions,
        &exercises,
        &config.desk.course_root(),
        &environment,
    )?;
    let parts = grade::parts(&jobs, args.shards);
    if args.json {
        screen.line(report::json::document(serde_json::json!({
            "version": grade::VERSION,
            "shards": parts,
        })));
        return Ok(Exit::Success);
    }
    for part in &parts {
        screen.line(format!(
            "shard {}: {} jobs, cost {}",
            part.shard,
            part.jobs.len(),
            part.cost
        ));
    }
    Ok(Exit::Success)
}
