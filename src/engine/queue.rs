//! What is to be run, for the threads that run it.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::binary::Binary;
use super::measure::Contender;
use super::plot::Target;
use super::trial::Task;
use crate::candidate::Candidate;
use crate::course::RatioSpec;

/// Jobs that wait for a thread.
#[derive(Default)]
pub(super) struct Queue<'c> {
    waiting: Mutex<Waiting<'c>>,
    woken: Condvar,
}

#[derive(Default)]
struct Waiting<'c> {
    jobs: VecDeque<Job<'c>>,
    /// Of these one at a time, and before the others.
    measurements: VecDeque<Measurement<'c>>,
    is_measuring: bool,
    is_closed: bool,
}

impl<'c> Queue<'c> {
    /// The next job, as soon as there is one; `None` once the queue is closed.
    pub fn pop(&self) -> Option<Job<'c>> {
        let mut waiting = self.lock();
        loop {
            if waiting.is_closed {
                return None;
            }
            if !waiting.is_measuring
                && let Some(measurement) = waiting.measurements.pop_front()
            {
                waiting.is_measuring = true;
                return Some(Job::Measure(Box::new(measurement)));
            }
            if let Some(job) = waiting.jobs.pop_front() {
                return Some(job);
            }
            waiting = self
                .woken
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub fn push(&self, jobs: Vec<Job<'c>>) {
        self.lock().jobs.extend(jobs);
        self.woken.notify_all();
    }

    pub fn measure(&self, measurements: Vec<Measurement<'c>>) {
        self.lock().measurements.extend(measurements);
        self.woken.notify_all();
    }

    /// The measurement that was last given out is over.
    pub fn is_measured(&self) {
        self.lock().is_measuring = false;
        self.woken.notify_all();
    }

    pub fn close(&self) {
        self.lock().is_closed = true;
        self.woken.notify_all();
    }

    /// No change of it is half done at a panic.
    fn lock(&self) -> MutexGuard<'_, Waiting<'c>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something to do.
pub(super) enum Job<'c> {
    /// For one program: the targets, each of a trial with this number, that are in it.
    List(PathBuf, Vec<(usize, Target, Binary)>),
    /// For the trial with this number.
    Run(usize, Task<'c>),
    /// While tests run. [`Queue::is_measured`] is to be told when it is over.
    Measure(Box<Measurement<'c>>),
}

/// Programs to measure in turn, for the trial with this number.
pub(super) struct Measurement<'c> {
    pub trial: usize,
    pub candidate: &'c Candidate,
    pub spec: RatioSpec,
    pub contenders: Vec<Contender>,
}
