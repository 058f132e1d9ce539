//! What the executions of a model came to.

use super::steps::Steps;

/// The outcomes of a model, each with an example.
#[derive(Debug, Clone)]
pub struct Explored<T> {
    examples: Vec<Example<T>>,
    executions: usize,
    /// The threads that took a step in every execution.
    always: Vec<String>,
}

/// An outcome, and an execution that had it.
#[derive(Debug, Clone)]
pub struct Example<T> {
    /// What the model returned.
    pub outcome: T,
    /// How it came to that. If there is an execution that the order of its steps alone explains, it is
    /// the first of those: it happens on every machine and with every `Ordering`. Otherwise some step
    /// reads an old value.
    pub steps: Steps,
    /// How many executions had this outcome.
    pub executions: usize,
    number: usize,
}

impl<T> Explored<T> {
    pub(super) fn none() -> Self {
        Self {
            examples: Vec::new(),
            executions: 0,
            always: Vec::new(),
        }
    }

    /// The outcomes, in the order in which they were first met.
    #[must_use]
    pub fn examples(&self) -> &[Example<T>] {
        &self.examples
    }

    /// How many executions there were.
    #[must_use]
    pub fn executions(&self) -> usize {
        self.executions
    }

    /// Whether each of these threads took a step in every execution. A thread that took none did not use
    /// the types of this module, so the model says nothing about it.
    #[must_use]
    pub fn took_steps(&self, threads: &[&str]) -> bool {
        threads
            .iter()
            .all(|thread| self.always.iter().any(|name| name == thread))
    }

    /// An example of an outcome like that. One that the order of its steps alone explains comes before
    /// one that needs an old value, and an early one before a late one.
    pub fn find(&self, like_that: impl Fn(&T) -> bool) -> Option<&Example<T>> {
        self.examples
            .iter()
            .filter(|example| like_that(&example.outcome))
            .min_by_key(|example| (example.steps.read_old_values(), example.number))
    }
}

impl<T: PartialEq> Explored<T> {
    pub(super) fn add(&mut self, outcome: T, steps: Steps) {
        if self.executions == 0 {
            self.always = steps.threads().map(str::to_owned).collect();
        } else {
            self.always
                .retain(|name| steps.threads().any(|thread| thread == name));
        }
        let number = self.executions;
        self.executions += 1;
        let known = self
            .examples
            .iter_mut()
            .find(|example| example.outcome == outcome);
        match known {
            None => self.examples.push(Example {
                outcome,
                steps,
                executions: 1,
                number,
            }),
            Some(example) => {
                example.executions += 1;
                if example.steps.read_old_values() && !steps.read_old_values() {
                    example.steps = steps;
                    example.number = number;
                }
            }
        }
    }
}
