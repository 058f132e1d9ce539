//! Watching line by line: for logs, screen readers, and terminals that can do no more.

use std::sync::Arc;

use colored::Colorize as _;

use super::super::judge::{self, Meter};
use super::super::signals::Nudge;
use super::super::{CliError, Config, Exit, header, next};
use super::worker::{Number, Told, Worker};
use super::{Ears, News, view};
use crate::course::Exercise;
use crate::engine::{Outcome, Verdict};
use crate::report::{Screen, verdict as verdict_text};
use crate::watch::Saved;

/// Watches until somebody asks to stop.
pub fn run(
    exercise: Arc<Exercise>,
    mut ears: Ears,
    config: &mut Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    if let Some(note) = ears.note() {
        screen.prose(note);
    }
    let mut watch = Lines {
        worker: ears.worker(config)?,
        run: None,
        meter: Meter::of(0),
        exercise,
        config,
        screen,
    };
    watch.begin();
    loop {
        if watch.config.stop.is_raised() {
            return watch.end(&ears);
        }
        if watch.screen.is_closed() {
            return Ok(Exit::Success);
        }
        // The sender lives as long as the receiver, in `ears`.
        let Ok(news) = ears.news.recv() else {
            return Ok(Exit::Success);
        };
        match news {
            News::Saved(saved) => watch.saved(&saved, &mut ears)?,
            News::Nudged(Nudge::End) => return watch.end(&ears),
            News::Told(Told::Happened(number, event)) if watch.run == Some(number) => {
                watch.meter.take(&event, watch.screen);
            }
            News::Told(Told::Judged(number, judged)) => watch.judged(number, *judged)?,
            News::Told(Told::Broke) => {
                watch.worker.end();
                return Ok(Exit::Environment);
            }
            News::Told(_) | News::Nudged(_) | News::Heard(_) | News::EditorEnded => {}
        }
    }
}

struct Lines<'c> {
    worker: Worker,
    run: Option<Number>,
    meter: Meter,
    exercise: Arc<Exercise>,
    config: &'c mut Config,
    screen: &'c mut Screen,
}

impl Lines<'_> {
    fn begin(&mut self) {
        self.screen.end_progress();
        self.screen.gap();
        header::print(self.screen, self.config, &self.exercise);
        header::print_files(self.screen, self.config, &self.exercise);
        self.screen.gap();
        self.meter = Meter::of(self.exercise.checks().len());
        self.run = Some(self.worker.judge(&self.config.desk, &self.exercise));
    }

    fn saved(&mut self, saved: &Saved, ears: &mut Ears) -> Result<(), CliError> {
        if saved.course {
            match self.config.reload_course() {
                Ok(()) => ears.watch_again(self.config)?,
                Err(error) => {
                    self.worker.cancel();
                    self.run = None;
                    for line in error.render() {
                        self.screen.line(line);
                    }
                    self.wait();
                    return Ok(());
                }
            }
        }
        let overview = view::overview(self.config);
        let place = overview.place(&self.exercise.id);
        let exercises = &self.config.course.exercises;
        if let Some(at) = overview.aim(place.unwrap_or(usize::MAX), &saved.crates) {
            self.exercise = Arc::new(exercises[at].clone());
        } else {
            return Ok(());
        }
        if self.run.is_some() {
            self.screen.prose("saved again; checking the new files");
        }
        self.begin();
        Ok(())
    }

    fn judged(
        &mut self,
        number: Number,
        judged: Result<Verdict, CliError>,
    ) -> Result<(), CliError> {
        if self.run != Some(number) {
            // Of files that were saved again right after: still true of what they were.
            if let Ok(verdict) = judged {
                judge::record(self.config, &verdict)?;
            }
            return Ok(());
        }
        self.run = None;
        self.screen.end_progress();
        let verdict = judged?;
        judge::record(self.config, &verdict)?;
        next::warn_changed_pristine(self.config, &self.exercise, self.screen);
        verdict_text::print(self.screen, &self.exercise, &verdict, self.config.verbose);
        self.screen.gap();
        next::conclude(
            self.config,
            &self.exercise,
            &verdict,
            false,
            None,
            self.screen,
        )?;
        if verdict.outcome == Outcome::Failed && !self.config.is_open(&self.exercise) {
            self.screen.prose("  It passed before, and is broken now.");
        }
        if verdict.outcome == Outcome::Passed
            && let Some(following) = self.config.current(None)?
        {
            self.screen.prose(format!(
                "  or save a file of {} to go on there",
                following.id.cyan()
            ));
        }
        self.wait();
        Ok(())
    }

    fn wait(&mut self) {
        self.screen
            .prose("waiting for a save; Ctrl-C ends".dimmed().to_string());
    }

    /// Ends what runs; what was found out until then is recorded.
    fn end(&mut self, ears: &Ears) -> Result<Exit, CliError> {
        self.screen.end_progress();
        self.worker.end();
        for news in ears.news.try_iter() {
            if let News::Told(Told::Judged(_, judged)) = news
                && let Ok(verdict) = *judged
            {
                judge::record(self.config, &verdict)?;
            }
        }
        Ok(Exit::Interrupted)
    }
}
