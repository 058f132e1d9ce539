//! `next` and `run`: one exercise, its checks, and where to go from there.

use std::sync::Arc;

use colored::Colorize as _;
use serde_json::json;

use super::args::{NextArgs, RunArgs};
use super::{CliError, Config, Exit, header, judge, solution};
use crate::course::Exercise;
use crate::engine::{Outcome, Verdict};
use crate::journal::Event;
use crate::report::{self, Screen, markdown, verdict as verdict_text};

/// `workbook next`
pub fn run(args: &NextArgs, config: &mut Config, screen: &mut Screen) -> Result<Exit, CliError> {
    config.remember_starters()?;
    let track = args.track.as_deref();
    let Some(exercise) = config.current(track)? else {
        if args.json {
            screen.line(report::json::document(
                json!({ "current": null, "verdict": null }),
            ));
        } else {
            let of_track = track.is_some() || config.way.is_some();
            screen.prose(if of_track && config.course.exercises.iter().any(|e| config.is_open(e)) {
                "Every exercise of this track is passed. `workbook track --whole` goes on with the rest of the course."
            } else {
                "Every exercise is passed. `workbook progress` shows the way you came."
            });
        }
        return Ok(Exit::Success);
    };
    // A check, a hint or a skip that came before has not told what the exercise is about.
    let is_first_look = !config.journal.entries().iter().any(|entry| {
        matches!(&entry.event, Event::Started { exercise: id, .. } if config.course.resolve(id) == exercise.id)
    });
    if !args.json {
        header::print(screen, config, &exercise);
        if is_first_look {
            show_scenario(config, &exercise, screen);
        }
        header::print_files(screen, config, &exercise);
        screen.gap();
    }
    if is_first_look {
        config.record(Event::Started {
            exercise: exercise.id.clone(),
            from: None,
        })?;
    }
    let say: fn(&mut Screen, String) = if args.json {
        Screen::complain
    } else {
        Screen::line
    };
    let verdict = judge::judge_beside(config, &exercise, screen, say)?;
    if args.json {
        print_json(&exercise, &verdict, config, screen, track)?;
    } else {
        warn_changed_pristine(config, &exercise, screen);
        verdict_text::print(screen, &exercise, &verdict, config.verbose);
        screen.gap();
        conclude(config, &exercise, &verdict, is_first_look, track, screen)?;
    }
    Ok(exit_of(&verdict))
}

/// `workbook run`
pub fn run_one(args: &RunArgs, config: &mut Config, screen: &mut Screen) -> Result<Exit, CliError> {
    config.remember_starters()?;
    let exercise = config.named_or_current(args.id.as_deref(), "run")?;
    if args.json {
        let verdict = judge::judge_beside(config, &exercise, screen, Screen::complain)?;
        print_json(&exercise, &verdict, config, screen, None)?;
        return Ok(exit_of(&verdict));
    }
    header::print(screen, config, &exercise);
    screen.gap();
    check(&exercise, config, screen)
}

/// Judges an exercise and prints what came of it.
pub fn check(
    exercise: &Arc<Exercise>,
    config: &mut Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    let verdict = judge::judge_one(config, exercise, screen)?;
    warn_changed_pristine(config, exercise, screen);
    verdict_text::print(screen, exercise, &verdict, config.verbose);
    screen.gap();
    conclude(config, exercise, &verdict, false, None, screen)?;
    Ok(exit_of(&verdict))
}

pub(super) fn exit_of(verdict: &Verdict) -> Exit {
    match verdict.outcome {
        Outcome::Passed => Exit::Success,
        Outcome::Failed | Outcome::NotRun { .. } => Exit::ChecksFailed,
        Outcome::CouldNotJudge { .. } => Exit::Environment,
    }
}

fn show_scenario(config: &Config, exercise: &Exercise, screen: &mut Screen) {
    let path = config
        .desk
        .course_root()
        .join(&exercise.folder)
        .join("README.md");
    // Without a statement there is still the summary.
    if let Ok(text) = std::fs::read_to_string(path) {
        screen.gap();
        screen.line(markdown::render(&markdown::scenario(&text), screen.width));
        screen.gap();
    }
}

/// Says which files of the course the learner has changed: those changes do not count.
pub fn warn_changed_pristine(config: &Config, exercise: &Exercise, screen: &mut Screen) {
    for path in config.desk.changed_pristine(exercise) {
        screen.line(format!(
            "{} your change to `{}` does not count: the course's own file is used",
            "note:".yellow(),
            path.display()
        ));
    }
}

/// The open stage that begins where this one ends.
fn stage_after<'c>(config: &'c Config, exercise: &Exercise) -> Option<&'c Exercise> {
    let begins_here =
        |stage: &&Exercise| (stage.before.as_ref()).is_some_and(|before| before.id == exercise.id);
    let mut stages = config.course.exercises.iter();
    stages
        .find(begins_here)
        .filter(|stage| config.is_open(stage))
}

/// What the verdict means, and what to do now.
pub fn conclude(
    config: &Config,
    exercise: &Exercise,
    verdict: &Verdict,
    is_first_look: bool,
    track: Option<&str>,
    screen: &mut Screen,
) -> Result<(), CliError> {
    let (passed, total) = verdict.tally();
    match verdict.outcome {
        Outcome::Passed => {
            let took = verdict_text::seconds(verdict.took);
            screen.prose(format!(
                "{} {passed} of {total} checks, in {took}. Recorded.",
                "Passed:".green().bold()
            ));
            if solution::has_debrief(config, exercise) {
                screen.prose(format!(
                    "  `workbook debrief {}`: why it matters; `workbook solution {}`: another way",
                    exercise.id, exercise.id
                ));
            }
            match config.current(track)? {
                Some(following) => {
                    screen.prose(format!(
                        "  `workbook next`: {} — {}",
                        following.id.cyan(),
                        following.title
                    ));
                    // Whoever did not come here in the course's order may want to go on with the project.
                    let stage = stage_after(config, exercise).filter(|it| it.id != following.id);
                    if let Some(stage) = stage {
                        screen.prose(format!(
                            "  `workbook run {}`: the project's next stage, {}",
                            stage.id.cyan(),
                            stage.title
                        ));
                    }
                }
                None if track.is_some() || config.way.is_some() => screen
                    .prose("  That was the last one of the track; `workbook track` shows others."),
                None => screen.line("  That was the last one."),
            }
        }
        Outcome::Failed if is_first_look => {
            screen.prose(format!(
                "{} This is where you start: the first run is red.",
                format!("{passed} of {total} checks pass.").bold()
            ));
            screen.prose("  Change the file, then `workbook next` again, or keep `workbook watch` open beside your editor.");
        }
        Outcome::Failed => {
            screen.prose(format!(
                "{} `workbook hint {}` if you are stuck.",
                format!("{passed} of {total} checks pass.").bold(),
                exercise.id
            ));
        }
        Outcome::NotRun { .. } | Outcome::CouldNotJudge { .. } => {}
    }
    Ok(())
}

fn print_json(
    exercise: &Arc<Exercise>,
    verdict: &Verdict,
    config: &Config,
    screen: &mut Screen,
    track: Option<&str>,
) -> Result<(), CliError> {
    let following = config.current(track)?.map(|exercise| exercise.id.clone());
    screen.line(report::json::document(json!({
        "exercise": exercise.id,
        "file": exercise.main_file(),
        "verdict": report::json::verdict(verdict),
        "current": following,
    })));
    Ok(())
}
