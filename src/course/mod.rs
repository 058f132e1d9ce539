//! The course: what is taught, in which order, and how each exercise is checked.
//!
//! Architecture invariant: everything here works on text that it is given and returns every problem,
//! not the first. Only [`load`] touches the disk, and [`load_again`], which remembers what it read.

mod check;
mod kinds;
mod load;
mod manifest;
mod model;
mod objectives;
mod origin;
mod owned;
pub mod problem;
pub mod quiz;
mod reader;
mod remembered;
pub mod review;
mod solution;
mod spine;
mod validate;
mod workload;

pub use check::{Check, Program};
pub use kinds::{
    ClippySpec, CompileSpec, EVERY_WARNING, GIVEN, MUTANTS, Must, MutantSpec, RatioSpec, Suite,
};
pub use load::{CourseError, load, load_solution, plural};
pub use model::{
    Budget, CheckSpec, Course, Exercise, ExerciseKind, Limits, Part, PartKind, StarterState,
    TestSpec, Track, Week,
};
pub use objectives::{Objective, Objectives};
pub use origin::Origin;
pub(crate) use owned::IN_FOLDERS;
pub use problem::{Problem, ProblemKind, SourceText};
pub use remembered::load_again;
pub(crate) use remembered::write_memory;
pub use solution::{Solution, WrongAttempt};
pub use spine::is_id;
pub use workload::Workload;
