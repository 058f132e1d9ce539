//! Measures programs in turn, so that whatever slows the machine down slows all of them.

use super::binary::Binary;
use super::process::{End, ProcessError};
use super::stop::Stop;
use super::test_run::RunTests;
use super::world::World;
use crate::course::Limits;

/// One program of several that are measured in turn.
#[derive(Debug, Clone)]
pub struct Contender {
    /// `mine`, `starter`, `reference`.
    pub name: String,
    /// Its test binary.
    pub executable: Binary,
}

/// Why there is no figure.
#[derive(Debug)]
pub enum MeasureError {
    /// A program could not be started.
    Process(ProcessError),
    /// A program's test failed, or reported no figure.
    NoFigure(String),
    /// Somebody asked to stop.
    Stopped,
}

/// Runs the test of each contender once a round, one after the other, and returns the figures that it
/// reported: a row for each round, in the order of the contenders.
///
/// # Errors
///
/// If a contender can't be run or reports nothing.
pub fn in_turn(
    world: &dyn World,
    contenders: &[Contender],
    test: &str,
    limits: &Limits,
    rounds: usize,
    stop: &Stop,
) -> Result<Vec<Vec<f64>>, MeasureError> {
    let mut rows = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let mut row = Vec::with_capacity(contenders.len());
        for contender in contenders {
            let ran = world
                .run(&contender.executable, RunTests::One(test), limits, stop)
                .map_err(MeasureError::Process)?;
            if ran.ended.end == End::Stopped {
                return Err(MeasureError::Stopped);
            }
            let figure = ran
                .figures
                .into_iter()
                .find(|(name, value)| name == test && *value > 0.0);
            match figure {
                Some((_, nanos)) if ran.ended.end == End::Exited(0) => row.push(nanos),
                _ => return Err(MeasureError::NoFigure(contender.name.clone())),
            }
        }
        rows.push(row);
    }
    Ok(rows)
}
