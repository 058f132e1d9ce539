//! What every kind of check has in common, as the course states it.
//!
//! A new kind implements [`Check`] here, is read in a module of its own, and is judged by a module of
//! `src/checks/`. What happens to it comes as the same events as for every other.

use super::kinds::{ClippySpec, CompileSpec, MutantSpec, RatioSpec, Suite};
use super::model::{Budget, StarterState, TestSpec};
use super::quiz::{Question, QuestionKind};
use super::review::Review;

/// One thing that must hold of a candidate.
pub trait Check {
    /// What verdicts and `wrong.toml` name it by.
    fn id(&self) -> String;

    /// What a pass shows.
    fn shows(&self) -> String;

    /// What the starter does, where that is stated.
    fn starter(&self) -> Option<StarterState> {
        Some(StarterState::Fails)
    }

    /// The program that has to be built for it, if it needs one of its own.
    fn program(&self) -> Option<Program> {
        None
    }
}

/// A program that a check needs, in the exercise's crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// `tests/<name>.rs`.
    Test(String),
    /// `compile/<name>.rs`.
    Compile(String),
    /// `predict/<name>.rs`.
    Predict(String),
}

impl Check for TestSpec {
    fn id(&self) -> String {
        TestSpec::id(self)
    }

    fn shows(&self) -> String {
        self.shows.clone()
    }

    fn starter(&self) -> Option<StarterState> {
        Some(self.starter)
    }

    fn program(&self) -> Option<Program> {
        Some(Program::Test(self.target.clone()))
    }
}

impl Check for CompileSpec {
    fn id(&self) -> String {
        CompileSpec::id(self)
    }

    fn shows(&self) -> String {
        self.shows.clone()
    }

    fn starter(&self) -> Option<StarterState> {
        Some(self.starter)
    }

    fn program(&self) -> Option<Program> {
        Some(Program::Compile(self.name.clone()))
    }
}

impl Check for ClippySpec {
    fn id(&self) -> String {
        self.lint.clone()
    }

    fn shows(&self) -> String {
        self.shows.clone()
    }

    fn starter(&self) -> Option<StarterState> {
        Some(self.starter)
    }
}

impl Check for Suite {
    fn id(&self) -> String {
        "suite::passes".to_owned()
    }

    fn shows(&self) -> String {
        self.shows.clone()
    }

    fn starter(&self) -> Option<StarterState> {
        Some(self.starter)
    }

    fn program(&self) -> Option<Program> {
        Some(Program::Test(self.target.clone()))
    }
}

/// A mutant is a crate of its own, built beside the candidate.
impl Check for MutantSpec {
    fn id(&self) -> String {
        MutantSpec::id(self)
    }

    fn shows(&self) -> String {
        MutantSpec::shows(self)
    }

    fn starter(&self) -> Option<StarterState> {
        Some(self.starter)
    }
}

impl Check for Question {
    fn id(&self) -> String {
        self.check_id()
    }

    fn shows(&self) -> String {
        self.shows.clone()
    }

    fn program(&self) -> Option<Program> {
        match &self.kind {
            QuestionKind::Output(program) => Some(Program::Predict(program.clone())),
            _ => None,
        }
    }
}

impl Check for Review {
    fn id(&self) -> String {
        "review::score".to_owned()
    }

    fn shows(&self) -> String {
        self.shows.clone()
    }
}

impl Check for RatioSpec {
    fn id(&self) -> String {
        RatioSpec::id(self)
    }

    fn shows(&self) -> String {
        self.shows.clone()
    }

    fn program(&self) -> Option<Program> {
        Some(Program::Test(self.target.clone()))
    }
}

/// A figure comes from a test, so a budget needs no program of its own, and no word on the starter: the
/// starter's figure is stated.
impl Check for Budget {
    fn id(&self) -> String {
        Budget::id(self)
    }

    fn shows(&self) -> String {
        self.shows.clone()
    }

    fn starter(&self) -> Option<StarterState> {
        None
    }
}
