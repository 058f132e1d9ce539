//! `author prove`: shows by running that exercises are good.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use colored::Colorize as _;

use super::args::{Format, NewArgs, ProveArgs, ReleaseArgs, SealArgs};
use super::judge::Meter;
use super::{CliError, Config, Exit};
use crate::author::{self, Cost, Done, ExerciseProof, How, Mutants, ProofRecord, Told};
use crate::course::Exercise;
use crate::engine::{self, Engine};
use crate::report::verdict::seconds;
use crate::report::{self, Screen};

/// `workbook author prove`
pub fn prove(args: &ProveArgs, config: &Config, screen: &mut Screen) -> Result<Exit, CliError> {
    let root = config.desk.course_root();
    let mut exercises = selection(&args.ids, config)?;
    if let Some(since) = &args.changed {
        exercises = author::changed(&root, exercises, since)?;
    }
    if args.within.is_some() {
        exercises = author::by_turns(&root, &exercises)?;
    }
    engine::adopt_orphans();
    let environment = config.environment()?;
    let (trials, complaints) = author::trials(&root, &exercises, &environment)?;
    let mut record = ProofRecord::read(&config.desk.build_root());
    let how = How {
        rounds: args.repeat,
        fresh: args.fresh,
        within: args.within.map(Duration::from_secs),
    };
    let format = if args.json { Format::Json } else { args.format };
    let world = config.world(&environment);
    let engine = || Engine::new(&world, config.stop.clone());
    let mut meter = Meter::of(0);
    let proofs = author::prove(
        &exercises,
        (&trials, complaints),
        how,
        &environment,
        &mut record,
        &engine,
        &mut |told| match told {
            Told::Begun(trials) => {
                let candidates = trials.iter().map(|trial| &trial.candidate);
                meter = Meter::rounds(candidates, args.repeat);
            }
            Told::Event(event) => meter.take(&event, screen),
            Told::Proof(proof) if matches!(format, Format::Human) => {
                screen.end_progress();
                print_proof(proof, config, screen);
            }
            Told::Proof(_) => {}
        },
    );
    screen.end_progress();
    let (proofs, cost) = proofs?;
    let survivors = if args.mutants {
        let on = &mut |event| Meter::of(0).take(&event, screen);
        let survivors = author::survivors(&trials, &environment, &engine(), on);
        screen.end_progress();
        Some(survivors?)
    } else {
        None
    };
    match format {
        Format::Human => {
            for mutants in survivors.iter().flatten() {
                print_mutants(mutants, screen);
            }
            print_summary(&proofs, &cost, config, args, screen);
        }
        Format::Json => screen.line(report::json::document(report::proof::json(
            &proofs,
            &cost,
            survivors.as_deref(),
        ))),
        Format::Junit => {
            let text = report::proof::junit(&config.course.id, &proofs)?;
            screen.line(text.trim_end());
        }
    }
    Ok(if proofs.iter().any(ExerciseProof::is_refused) {
        Exit::ChecksFailed
    } else {
        Exit::Success
    })
}

fn print_proof(proof: &ExerciseProof, config: &Config, screen: &mut Screen) {
    let id = &proof.id;
    if proof.is_refused() {
        let mark = screen.mark("✗", "refused:").red().bold();
        screen.line(format!("{mark} {id}"));
        for complaint in &proof.complaints {
            screen.line(format!(
                "    {}: {}",
                complaint.candidate.bold(),
                complaint.what
            ));
        }
        return;
    }
    let how = match proof.done {
        Done::Judged => "judged",
        Done::Unchanged => "unchanged",
        // There are many of them when there are any, so they are counted at the end.
        Done::NotReached => return,
    };
    let mark = screen.mark("✓", "proven:").green().bold();
    let origin = config.course.find(id).and_then(|it| it.origin.as_ref());
    let detail = if origin.is_some_and(|origin| origin.no_reference) {
        format!("{how}; it came without a solution, so only its start is shown to fail")
    } else {
        format!("{} candidates, {how}", proof.candidates)
    };
    screen.line(format!("{mark} {id} {}", detail.dimmed()));
}

fn print_mutants(mutants: &Mutants, screen: &mut Screen) {
    let tried = mutants.killed + mutants.survivors.len();
    let id = mutants.exercise.bold();
    screen.line(format!(
        "{id}: {} of {tried} mutants of the reference are caught",
        mutants.killed
    ));
    for survivor in &mutants.survivors {
        let place = format!("{}:{}", survivor.file.display(), survivor.line);
        screen.line(format!("    {} {}", place.cyan(), survivor.change));
    }
}

/// So many lines are seen without scrolling.
const ON_ONE_SCREEN: usize = 20;

/// What it was and what it cost; and, after a proof of all, how much of what the course sets out to teach it
/// teaches.
fn print_summary(
    proofs: &[ExerciseProof],
    cost: &Cost,
    config: &Config,
    args: &ProveArgs,
    screen: &mut Screen,
) {
    let refused: Vec<&ExerciseProof> = proofs.iter().filter(|it| it.is_refused()).collect();
    if proofs.len() > ON_ONE_SCREEN {
        // Where they stood, they are out of sight.
        for proof in &refused {
            print_proof(proof, config, screen);
        }
    }
    let proven = proofs.iter().filter(|proof| proof.is_proven()).count();
    let line = format!("{proven} of {} exercises proven", proofs.len());
    screen.line(line.bold().to_string());
    let not_reached = proofs.len() - proven - refused.len();
    if let Some(within) = args.within.filter(|_| not_reached > 0) {
        screen.prose(format!(
            "{not_reached} were not begun within {within} s; without --within all are"
        ));
    }
    if cost.processes > 0 {
        let slowest = cost.slowest.as_ref();
        let slowest = slowest.map_or_else(String::new, |(exercise, check, took)| {
            let took = seconds(*took);
            format!("; the slowest is `{check}` of {exercise}, {took}")
        });
        let line = format!(
            "{}: {} test processes, {} of building, {} of linting and of changing references{slowest}",
            seconds(cost.took),
            cost.processes,
            seconds(cost.building),
            seconds(cost.afterwards)
        );
        screen.prose(line.dimmed().to_string());
    }
    if args.ids.is_empty() && args.changed.is_none() {
        let all = config.course.objectives.iter().count();
        let taught: BTreeSet<&String> = (config.course.exercises.iter())
            .flat_map(|exercise| &exercise.objectives)
            .collect();
        let line = format!("{} of {all} objectives are taught", taught.len());
        if taught.len() < all {
            let advice = "`workbook list --objectives` shows which are not";
            screen.prose(format!("{line}; {advice}").dimmed().to_string());
        } else {
            screen.line(line.dimmed().to_string());
        }
    }
}

fn selection(ids: &[String], config: &Config) -> Result<Vec<Arc<Exercise>>, CliError> {
    if ids.is_empty() {
        return Ok(config
            .course
            .exercises
            .iter()
            .map(|exercise| Arc::new(exercise.clone()))
            .collect());
    }
    ids.iter().map(|id| config.exercise(id)).collect()
}

/// `workbook author seal`
pub fn seal(args: &SealArgs, config: &Config, screen: &mut Screen) -> Result<Exit, CliError> {
    let root = config.desk.course_root();
    let mut exit = Exit::Success;
    for exercise in selection(&args.ids, config)? {
        match author::keys(&root, &exercise) {
            Ok(keys) => {
                for (path, text) in keys {
                    let target = root.join(&path);
                    if std::fs::read_to_string(&target).ok().as_deref() == Some(&text) {
                        screen.line(format!("{} is up to date", path.display()));
                        continue;
                    }
                    std::fs::write(&target, text).map_err(|source| CliError::Unwritable {
                        path: target,
                        source,
                    })?;
                    screen.line(format!("{} is written", path.display()));
                }
            }
            Err(what) => {
                screen.complain(format!("{}: {what}", exercise.id));
                exit = Exit::Usage;
            }
        }
    }
    Ok(exit)
}

/// `workbook author release`
pub fn release(
    args: &ReleaseArgs,
    from: &Path,
    config: &Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    let folder = from.join(&args.dir);
    let environment = config.environment()?;
    let root = config.desk.course_root();
    let count = author::release(&root, &config.course, &environment, &folder)?;
    screen.line(format!("{count} files in {}", args.dir.display()));
    screen.line(format!(
        "  `workbook init DESK --course {}` makes a desk from it",
        args.dir.display()
    ));
    Ok(Exit::Success)
}

/// `workbook author new`
pub fn new(args: &NewArgs, config: &Config, screen: &mut Screen) -> Result<Exit, CliError> {
    let root = config.desk.course_root();
    let environment = config.environment()?;
    let wanted = author::NewExercise {
        name: &args.name,
        kind: args.kind,
        week: args.week.as_deref(),
        objective: args.objective.as_deref(),
    };
    let folder = author::new(&root, &config.course, &environment, wanted)?;
    let id = folder.file_name().unwrap_or_default().to_string_lossy();
    screen.line(format!(
        "{} is made, and listed in curriculum.toml",
        folder.display()
    ));
    screen.line(format!(
        "  `workbook author prove {id}` says what is left to do"
    ));
    Ok(Exit::Success)
}
