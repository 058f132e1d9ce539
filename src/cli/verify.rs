//! `verify`: all exercises or some, with what is known from the record.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use colored::Colorize as _;
use serde_json::json;

use super::args::{Format, VerifyArgs};
use super::judge::{Judged, judge_many};
use super::{CliError, Config, Exit};
use crate::course::Exercise;
use crate::engine::{CheckState, Outcome, Stop};
use crate::report::{
    self, Screen, junit,
    verdict::{explain, in_a_line},
};

/// `workbook verify`
pub fn run(args: &VerifyArgs, config: &mut Config, screen: &mut Screen) -> Result<Exit, CliError> {
    config.remember_starters()?;
    let exercises = selection(args, config)?;
    let format = if args.json { Format::Json } else { args.format };
    let timer = Timer::default();
    let judged = std::thread::scope(|scope| {
        if let Some(seconds) = args.time_limit {
            let (timer, stop) = (&timer, config.stop.clone());
            let limit = Duration::from_secs(seconds);
            std::thread::Builder::new()
                .name("time-limit".to_owned())
                .spawn_scoped(scope, move || timer.wait(limit, &stop))
                .map_err(|error| CliError::Engine(crate::engine::EngineError::Thread(error)))?;
        }
        // A document has standard output to itself.
        let say: fn(&mut Screen, String) = match format {
            Format::Human => Screen::line,
            Format::Json | Format::Junit => Screen::complain,
        };
        let judged = judge_many(config, &exercises, args.fresh, screen, say);
        timer.end();
        judged
    });
    let judged = match judged {
        Err(error) if error.exit() == Exit::Interrupted && timer.rang.load(Ordering::Acquire) => {
            screen.complain("stopped by --time-limit; what was judged until then is recorded");
            return Ok(Exit::Limit);
        }
        other => other?,
    };
    match format {
        Format::Human => print(&judged, config, screen),
        Format::Json => {
            let results: Vec<_> = judged
                .iter()
                .map(|entry| {
                    json!({
                        "exercise": entry.exercise.id,
                        "passed": is_passed(entry),
                        "from_record": entry.verdict.is_none(),
                        "verdict": entry.verdict.as_ref().map(report::json::verdict),
                    })
                })
                .collect();
            screen.line(report::json::document(
                json!({ "results": results, "passed": count(&judged), "total": judged.len() }),
            ));
        }
        Format::Junit => {
            let results: Vec<_> = judged
                .iter()
                .map(|entry| (&*entry.exercise, entry.verdict.as_ref()))
                .collect();
            screen.line(junit::render(&config.course, &results)?.trim_end());
        }
    }
    let unjudged = |entry: &Judged| {
        matches!(
            entry.verdict.as_ref().map(|v| &v.outcome),
            Some(Outcome::CouldNotJudge { .. })
        )
    };
    Ok(if judged.iter().any(unjudged) {
        Exit::Environment
    } else if judged.iter().all(is_passed) {
        Exit::Success
    } else {
        Exit::ChecksFailed
    })
}

fn selection(args: &VerifyArgs, config: &Config) -> Result<Vec<Arc<Exercise>>, CliError> {
    let week = args
        .week
        .as_deref()
        .map(|name| config.week(name))
        .transpose()?
        .map(|(at, _)| at);
    let mut named: Vec<Arc<Exercise>> = Vec::new();
    for id in &args.ids {
        let exercise = config.exercise(id)?;
        if !named.iter().any(|known| known.id == exercise.id) {
            named.push(exercise);
        }
    }
    if args.ids.is_empty() || week.is_some() {
        for exercise in &config.course.exercises {
            let wanted = week.is_none_or(|week| exercise.week == week);
            if wanted && !named.iter().any(|known| known.id == exercise.id) {
                named.push(Arc::new(exercise.clone()));
            }
        }
    }
    Ok(named)
}

fn is_passed(entry: &Judged) -> bool {
    entry
        .verdict
        .as_ref()
        .is_none_or(|verdict| verdict.outcome == Outcome::Passed)
}

fn count(judged: &[Judged]) -> usize {
    judged.iter().filter(|entry| is_passed(entry)).count()
}

fn print(judged: &[Judged], config: &Config, screen: &mut Screen) {
    for entry in judged {
        let id = &entry.exercise.id;
        let Some(verdict) = &entry.verdict else {
            let mark = screen.mark("✓", "passed:").green();
            screen.line(format!("{mark} {id} {}", "unchanged".dimmed()));
            continue;
        };
        match &verdict.outcome {
            Outcome::Passed => {
                let mark = screen.mark("✓", "passed:").green().bold();
                screen.line(format!("{mark} {id}"));
            }
            Outcome::Failed => {
                let mark = screen.mark("✗", "failed:").red().bold();
                let (passed, total) = verdict.tally();
                let broken = if config.progress.is_passed(id) {
                    "; it passed before"
                } else {
                    ""
                };
                screen.line(format!(
                    "{mark} {id} {passed} of {total} checks pass{broken}"
                ));
                let failed = verdict
                    .checks
                    .iter()
                    .find(|check| matches!(check.state, CheckState::Failed { .. }));
                // One line each by default: a course has 150 exercises.
                let lines = failed.map_or_else(Vec::new, |check| {
                    if config.verbose {
                        explain(&entry.exercise, check)
                    } else {
                        vec![in_a_line(&entry.exercise, check)]
                    }
                });
                for line in lines {
                    screen.line(format!("    {line}"));
                }
            }
            Outcome::NotRun { why } | Outcome::CouldNotJudge { why } => {
                let mark = screen.mark("•", "not run:").yellow();
                screen.line(format!("{mark} {id} {why}"));
            }
        }
    }
    let (passed, total) = (count(judged), judged.len());
    let unchanged = judged
        .iter()
        .filter(|entry| entry.verdict.is_none())
        .count();
    let from_record = if unchanged == 0 {
        String::new()
    } else {
        format!(", {unchanged} of them unchanged since they did")
    };
    screen.line(format!(
        "{}{from_record}",
        format!("{passed} of {total} exercises pass").bold()
    ));
    if passed < total && !config.verbose {
        screen.line(
            "  `workbook run ID` shows a failure in full"
                .dimmed()
                .to_string(),
        );
    }
}

/// Raises the stop after a time, unless the work ends before.
#[derive(Default)]
struct Timer {
    ended: Mutex<bool>,
    woken: Condvar,
    rang: AtomicBool,
}

impl Timer {
    fn wait(&self, limit: Duration, stop: &Stop) {
        let Ok(ended) = self.ended.lock() else { return };
        let waited = self.woken.wait_timeout_while(ended, limit, |ended| !*ended);
        if waited.is_ok_and(|(_, result)| result.timed_out()) {
            self.rang.store(true, Ordering::Release);
            stop.raise();
        }
    }

    fn end(&self) {
        if let Ok(mut ended) = self.ended.lock() {
            *ended = true;
        }
        self.woken.notify_all();
    }
}
