//! Build minutes that move from team to team.

use std::error::Error;
use std::fmt;

use crate::team::Team;

/// A team has fewer minutes left than were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFew {
    /// What it has left.
    pub left: u64,
}

impl fmt::Display for TooFew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "only {} minutes are left", self.left)
    }
}

impl Error for TooFew {}

/// Moves minutes from one team to the other: all of them or none. Nobody sees them on their way.
///
/// # Errors
///
/// If `from` has fewer left. Then nothing moves.
pub fn transfer(from: &Team, to: &Team, minutes: u32) -> Result<(), TooFew> {
    let minutes = u64::from(minutes);
    {
        let mut source = from.lock();
        if *source < minutes {
            return Err(TooFew { left: *source });
        }
        *source -= minutes;
    }
    *to.lock() += minutes;
    Ok(())
}

/// What these teams have together at one moment. A team that is listed twice counts once.
#[must_use]
pub fn total(teams: &[&Team]) -> u64 {
    let mut teams = teams.to_vec();
    teams.sort_unstable_by_key(|team| team.id());
    teams.dedup_by_key(|team| team.id());
    // All locks before the first look: otherwise a transfer in between would count twice or not at all.
    let held: Vec<_> = teams.iter().map(|team| team.lock()).collect();
    held.iter().map(|minutes| **minutes).sum()
}
