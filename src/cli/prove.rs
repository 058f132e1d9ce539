//! `author prove`: shows by running that exercises are good.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use colored::Colorize as _;

use super::args::{Format, ProveArgs};
use super::author::selection;
use super::judge::Meter;
use super::{CliError, Config, Exit};
use crate::author::{
    self, AllMutants, Done, ExerciseProof, How, Mutants, ProofRecord, Proofs, Told, Tried,
    Witnesses,
};
use crate::course::{Exercise, plural};
use crate::engine::{self, Engine};
use crate::report::verdict::seconds;
use crate::report::{self, Screen};

/// `workbook author prove`
pub fn run(args: &ProveArgs, config: &Config, screen: &mut Screen) -> Result<Exit, CliError> {
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
    // Before anything is read for its candidates: what is saved meanwhile is seen next time.
    let witnesses = Witnesses::look(&root, &exercises, &environment);
    let mut record = ProofRecord::read(&config.desk.build_root(), witnesses);
    let how = How {
        rounds: args.repeat,
        fresh: args.fresh,
        hidden: args.hidden,
        within: args.within.map(Duration::from_secs),
    };
    // References that are to be changed have to be read.
    let to_read: Vec<Arc<Exercise>> = (exercises.iter())
        .filter(|exercise| args.mutants || how.untouched(&record, exercise).is_none())
        .cloned()
        .collect();
    let (trials, complaints) = author::trials(&root, &to_read, &environment)?;
    let format = if args.json { Format::Json } else { args.format };
    let world = config.world(&environment);
    let engine = || {
        let engine = Engine::new(&world, config.stop.clone());
        match args.jobs {
            Some(jobs) => engine.jobs_at_once(jobs),
            None => engine,
        }
    };
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
    let proofs = proofs?;
    let survivors = if args.mutants && !proofs.is_stopped {
        // A change to what does not hold itself would say nothing.
        let is_proven = |trial: &&author::Trial| {
            let mut each = proofs.each.iter();
            each.any(|it| it.id == trial.owner() && it.is_proven())
        };
        let proven: Vec<&author::Trial> = trials.iter().filter(is_proven).collect();
        let left = how.within.map(|all| all.saturating_sub(proofs.cost.took));
        let mut meter = Meter::of(0);
        let survivors =
            author::survivors(
                &proven,
                left,
                &environment,
                &engine,
                &mut |tried| match tried {
                    Tried::Begun(candidates) => meter = Meter::new(candidates),
                    Tried::Event(event) => meter.take(&event, screen),
                    Tried::Mutants(mutants) if matches!(format, Format::Human) => {
                        screen.end_progress();
                        print_mutants(mutants, screen);
                    }
                    Tried::Mutants(_) => {}
                },
            );
        screen.end_progress();
        Some(survivors?)
    } else {
        None
    };
    print(&proofs, survivors.as_ref(), (format, args), config, screen)?;
    if proofs.is_stopped || survivors.is_some_and(|all| all.is_stopped) {
        screen.complain("interrupted");
        return Ok(Exit::Interrupted);
    }
    Ok(if proofs.each.iter().any(ExerciseProof::is_refused) {
        Exit::ChecksFailed
    } else {
        Exit::Success
    })
}

/// What is told at the end, in one of the formats.
fn print(
    proofs: &Proofs,
    survivors: Option<&AllMutants>,
    (format, args): (Format, &ProveArgs),
    config: &Config,
    screen: &mut Screen,
) -> Result<(), CliError> {
    match format {
        Format::Human => {
            if let Some(all) = survivors {
                print_all_mutants(all, args, screen);
            }
            print_summary(proofs, config, args, screen);
        }
        Format::Json => screen.line(report::json::document(report::proof::json(
            proofs, survivors,
        ))),
        Format::Junit => {
            let text = report::proof::junit(&config.course.id, &proofs.each)?;
            screen.line(text.trim_end());
        }
    }
    Ok(())
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
        // There are many of them when there are any, so they are told at the end.
        Done::NotReached | Done::Interrupted => return,
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

/// What came of the changes to all references, in a line or two.
fn print_all_mutants(all: &AllMutants, args: &ProveArgs, screen: &mut Screen) {
    let killed: usize = all.each.iter().map(|it| it.killed).sum();
    let survive: usize = all.each.iter().map(|it| it.survivors.len()).sum();
    let with_survivors = all
        .each
        .iter()
        .filter(|it| !it.survivors.is_empty())
        .count();
    screen.prose(format!(
        "{killed} of {} changes to {} are caught; the others, in {}, are yours to judge",
        killed + survive,
        plural(all.each.len(), "reference"),
        plural(with_survivors, "exercise")
    ));
    if all.not_reached.is_empty() {
        return;
    }
    let why = match args.within.filter(|_| !all.is_stopped) {
        Some(within) => format!("within {within} s"),
        None => "before the interruption".to_owned(),
    };
    screen.prose(format!(
        "not tried to the end {why}: {} ({})",
        plural(all.not_reached.len(), "reference"),
        some_of(all.not_reached.iter().map(String::as_str))
    ));
}

/// So many names are read in a row.
const NAMES: usize = 20;

/// The names, or the first of many.
fn some_of<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    let shown = names[..names.len().min(NAMES)].join(", ");
    match names.len().saturating_sub(NAMES) {
        0 => shown,
        more => format!("{shown}, and {more} more"),
    }
}

/// So many lines are seen without scrolling.
const ON_ONE_SCREEN: usize = 20;

/// After an interruption: what is not proven, and how to go on.
fn print_what_is_left(each: &[ExerciseProof], args: &ProveArgs, screen: &mut Screen) {
    for (done, words) in [
        (Done::Interrupted, "begun, and not judged to the end"),
        (Done::NotReached, "not begun"),
    ] {
        let of_it: Vec<&str> = (each.iter())
            .filter(|proof| proof.done == done)
            .map(|proof| proof.id.as_str())
            .collect();
        if !of_it.is_empty() {
            let count = of_it.len();
            screen.prose(format!("{count} {words}: {}", some_of(of_it.into_iter())));
        }
    }
    let same = if args.fresh || args.hidden {
        "the same command without --fresh and --hidden"
    } else {
        "the same command"
    };
    screen.prose(format!(
        "what is proven is remembered: {same} goes on from here"
    ));
}

/// What it was and what it cost; and, after a proof of all, how much of what the course sets out to teach it
/// teaches.
fn print_summary(proofs: &Proofs, config: &Config, args: &ProveArgs, screen: &mut Screen) {
    let Proofs { each, cost, .. } = proofs;
    let refused: Vec<&ExerciseProof> = each.iter().filter(|it| it.is_refused()).collect();
    if each.len() > ON_ONE_SCREEN {
        // Where they stood, they are out of sight.
        for proof in &refused {
            print_proof(proof, config, screen);
        }
    }
    let proven = each.iter().filter(|proof| proof.is_proven()).count();
    let line = format!("{proven} of {} exercises proven", each.len());
    screen.line(line.bold().to_string());
    if proofs.is_stopped {
        print_what_is_left(each, args, screen);
    }
    let not_reached = each.len() - proven - refused.len();
    if let Some(within) = args
        .within
        .filter(|_| not_reached > 0 && !proofs.is_stopped)
    {
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
