//! A run while it goes on, told from the engine's events.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::course::Exercise;
use crate::engine::{CheckResult, Event};

/// What is known of a run so far.
#[derive(Debug, Clone)]
pub struct Running {
    /// When it began.
    pub since: Instant,
    /// What it is at.
    pub phase: Phase,
    /// Each check in the course's order, and how it went.
    pub checks: Vec<Live>,
    /// The first error of the compiler, as rendered.
    pub first_error: Option<String>,
    /// Tests that have started and not ended, and when they started.
    under_way: BTreeMap<String, Instant>,
}

/// What a run is at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Reading files, or asking cargo what there is to do.
    Starting,
    /// Another runner is building here.
    Waiting,
    /// Bringing dependencies.
    Fetching,
    /// Compiling.
    Building {
        /// Units done.
        done: u32,
        /// Units in all.
        total: u32,
        /// Crates being compiled.
        crates: String,
    },
    /// Running tests.
    Testing,
    /// Measuring or profiling, which tells nothing until it is over.
    Measuring,
}

/// One check in a run.
#[derive(Debug, Clone)]
pub struct Live {
    /// What verdicts name it by.
    pub id: String,
    /// What a pass shows.
    pub shows: String,
    /// How it went, once it is over.
    pub result: Option<CheckResult>,
}

impl Running {
    /// A run that begins now.
    pub fn begin(exercise: &Exercise, now: Instant) -> Self {
        let checks = exercise.checks().into_iter().map(|check| Live {
            id: check.id,
            shows: check.shows,
            result: None,
        });
        Running {
            since: now,
            phase: Phase::Starting,
            checks: checks.collect(),
            first_error: None,
            under_way: BTreeMap::new(),
        }
    }

    /// Takes in what happened.
    pub fn take(&mut self, event: Event, now: Instant) {
        match event {
            Event::BuildStarted { .. } => self.phase = Phase::Starting,
            Event::Waiting => self.phase = Phase::Waiting,
            Event::Fetching => self.phase = Phase::Fetching,
            Event::BuildProgress {
                done,
                total,
                crates,
            } => {
                self.phase = Phase::Building {
                    done,
                    total,
                    crates,
                };
            }
            Event::Diagnostic {
                is_error, rendered, ..
            } => {
                if is_error && self.first_error.is_none() {
                    self.first_error = Some(rendered);
                }
            }
            Event::BuildFinished { .. } => self.phase = Phase::Testing,
            Event::TestStarted { check, .. } => {
                self.under_way.insert(check, now);
            }
            Event::CheckFinished { result, .. } => {
                self.under_way.remove(&result.id);
                if let Some(live) = self.checks.iter_mut().find(|live| live.id == result.id) {
                    live.result = Some(*result);
                }
            }
            Event::Judged { .. } => {}
        }
    }

    /// Whether anything is known about the new files yet.
    pub fn has_news(&self) -> bool {
        self.first_error.is_some() || self.checks.iter().any(|live| live.result.is_some())
    }

    /// How many checks are over, and how many there are.
    pub fn tally(&self) -> (usize, usize) {
        let over = self.checks.iter().filter(|live| live.result.is_some());
        (over.count(), self.checks.len())
    }

    /// The test that has been running for longest, and for how long.
    pub fn slowest(&self, now: Instant) -> Option<(&str, Duration)> {
        let started = self.under_way.iter().min_by_key(|(_, since)| **since);
        started.map(|(check, since)| (check.as_str(), now.saturating_duration_since(*since)))
    }
}
