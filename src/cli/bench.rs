//! `bench`: my speed beside the starter's and the reference's, measured in turn.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use colored::Colorize as _;
use serde_json::json;

use super::args::BenchArgs;
use super::judge::Meter;
use super::solution::Copy;
use super::{CliError, Config, Exit};
use crate::candidate::Candidate;
use crate::course::Exercise;
use crate::engine::{self, Comparison, Engine, Event, RealWorld, Stop};
use crate::report::{self, Screen, plot};

/// `workbook bench`
pub fn run(
    args: &BenchArgs,
    from: &Path,
    config: &mut Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    config.remember_starters()?;
    let exercise = config.named_or_current(args.id.as_deref(), "bench")?;
    if exercise.ratios.is_empty() {
        return Err(CliError::NothingToMeasure {
            id: exercise.id.clone(),
        });
    }
    let measured = Measured::of(config, &exercise)?;
    let mut meter = Meter::of(exercise.checks().len());
    let compared = measured.compare(args.rounds, &config.stop, &mut |event| {
        meter.take(&event, screen);
    });
    screen.end_progress();
    let comparisons = compared?;
    if args.json {
        let all: Vec<_> = comparisons.iter().map(plot::json).collect();
        screen.line(report::json::document(
            json!({ "exercise": exercise.id, "comparisons": all }),
        ));
    } else {
        print(&comparisons, screen);
        if !config.progress.is_passed(&exercise.id) {
            screen.line(REFERENCE_LATER.dimmed().to_string());
        }
    }
    let written = draw(args, from, &exercise, &comparisons)?;
    if !args.json {
        for (path, target) in written {
            screen.line(format!("  plotted in {}", screen.path(&path, &target)));
        }
    }
    Ok(Exit::Success)
}

/// Writes the plots that were asked for. Returns where: as typed, and absolute.
fn draw(
    args: &BenchArgs,
    from: &Path,
    exercise: &Exercise,
    comparisons: &[Comparison],
) -> Result<Vec<(PathBuf, PathBuf)>, CliError> {
    let mut written = Vec::new();
    let mut write = |path: PathBuf, text: String| {
        let target = from.join(&path);
        let folder = target.parent().unwrap_or(from);
        let done = match &args.out {
            Some(out) if path.starts_with(out) => std::fs::create_dir_all(folder),
            _ => Ok(()),
        };
        done.and_then(|()| std::fs::write(&target, text))
            .map_err(|source| CliError::Unwritable {
                path: target.clone(),
                source,
            })?;
        written.push((path, target));
        Ok::<(), CliError>(())
    };
    if let Some(path) = &args.html {
        let title = format!("{}: mine beside others", exercise.id);
        write(path.clone(), plot::page(&title, comparisons))?;
    }
    for comparison in comparisons {
        if let Some(folder) = &args.out {
            let path = folder.join(format!("{}.svg", comparison.name));
            write(path, plot::picture(comparison))?;
        }
    }
    Ok(written)
}

/// Said as long as the reference does not take part.
pub const REFERENCE_LATER: &str = "  the reference takes part once the exercise is passed";

/// Prints how mine compares with the others.
pub fn print(comparisons: &[Comparison], screen: &mut Screen) {
    for comparison in comparisons {
        screen.line(format!(
            "{} {}",
            comparison.name.bold(),
            format!("{} rounds in turn", comparison.rows.len()).dimmed()
        ));
        if !screen.plain {
            for strip in plot::strips(comparison, screen.width.saturating_sub(26).clamp(10, 60)) {
                screen.line(format!("  {strip}"));
            }
        }
        for other in 1..comparison.contenders.len() {
            if let Some(words) = plot::verdict(comparison, other) {
                screen.line(format!("  mine is {words}"));
            }
        }
    }
}

/// What is to be measured. It needs neither the journal nor the screen, so that it can go to another
/// thread.
pub struct Measured {
    candidate: Candidate,
    world: RealWorld,
}

impl Measured {
    /// My files as they are, beside the starter's and, once they may be seen, the reference's.
    ///
    /// # Errors
    ///
    /// If they can't be read.
    pub fn of(config: &Config, exercise: &Arc<Exercise>) -> Result<Self, CliError> {
        let environment = config.environment()?;
        let mut candidate = Candidate::mine(exercise, &config.desk.sources(), &environment)?;
        // Where an edition has no reference, it is left out.
        if config.progress.is_passed(&exercise.id)
            && let Ok(copy) = Copy::of(config, exercise, "reference")
        {
            let files = copy.owned(exercise, Path::new("reference"))?;
            candidate = candidate.beside("reference", files, &environment);
        }
        let world = config.world(&environment);
        Ok(Measured { candidate, world })
    }

    /// Measures, so many rounds in turn.
    ///
    /// # Errors
    ///
    /// If one of them can't be built or measured, or somebody asked to stop.
    pub fn compare(
        &self,
        rounds: usize,
        stop: &Stop,
        on: &mut dyn FnMut(Event),
    ) -> Result<Vec<Comparison>, CliError> {
        engine::adopt_orphans();
        let engine = Engine::new(&self.world, stop.clone());
        Ok(engine.compare(&self.candidate, rounds, on)?)
    }
}
