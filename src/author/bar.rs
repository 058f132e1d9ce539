//! How high the bar is: what an exercise has to show. The one place that says what an import is spared.

use crate::course::Exercise;

/// What has to hold of an exercise.
///
/// An exercise that was made for another tool (`[origin]`) is judged by what its makers promised, and not by the
/// manners of this course. That its start fails and its solution passes is never spared, unless it says itself
/// that there is nothing to do at first, or that no solution came with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question that is asked by itself"
)]
pub(super) struct Bar {
    /// The course's own manners: sections of the statement, a debrief, two wrong attempts, no TODO; format, clippy
    /// and warnings; the same signatures before and after; what the starter does in each check; that somebody
    /// fails each test.
    pub manners: bool,
    /// The starter builds.
    pub starter_builds: bool,
    /// The starter fails.
    pub starter_fails: bool,
    /// There is a reference, and it passes.
    pub reference: bool,
}

impl Bar {
    /// The bar for this exercise.
    pub fn of(exercise: &Exercise) -> Self {
        match &exercise.origin {
            None => Bar {
                manners: true,
                starter_builds: true,
                starter_fails: true,
                reference: true,
            },
            Some(origin) => Bar {
                manners: false,
                starter_builds: !origin.may_not_build,
                starter_fails: !origin.starts_solved,
                reference: !origin.no_reference,
            },
        }
    }
}
