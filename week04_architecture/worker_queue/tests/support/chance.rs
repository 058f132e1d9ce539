// Chance that says what a test wants, and remembers what it was asked.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use worker_queue::Random;

pub struct Script {
    /// Without answers: always the most.
    answers: Mutex<Option<VecDeque<u64>>>,
    asked: Mutex<Vec<u64>>,
}

impl Script {
    /// These, then nought.
    pub fn of(answers: impl IntoIterator<Item = u64>) -> Arc<Self> {
        Self::new(Some(answers.into_iter().collect()))
    }

    pub fn longest() -> Arc<Self> {
        Self::new(None)
    }

    fn new(answers: Option<VecDeque<u64>>) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(answers),
            asked: Mutex::default(),
        })
    }

    pub fn asked(&self) -> Vec<u64> {
        self.asked.lock().expect("nobody panics with it").clone()
    }
}

impl Random for Script {
    fn up_to(&self, most: u64) -> u64 {
        self.asked.lock().expect("nobody panics with it").push(most);
        let mut answers = self.answers.lock().expect("nobody panics with it");
        let answer = answers
            .as_mut()
            .map(|answers| answers.pop_front().unwrap_or(0));
        answer.map_or(most, |answer| answer.min(most))
    }
}
