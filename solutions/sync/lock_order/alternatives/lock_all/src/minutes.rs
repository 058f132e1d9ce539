//! Build minutes that move from team to team.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use crate::sync::MutexGuard;
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
    let mut held = lock_all(&[from, to]);
    let left = **held.get(&from.id()).expect("it is locked");
    if left < minutes {
        return Err(TooFew { left });
    }
    // One after the other, since both may be the same.
    **held.get_mut(&from.id()).expect("it is locked") -= minutes;
    **held.get_mut(&to.id()).expect("it is locked") += minutes;
    Ok(())
}

/// What these teams have together at one moment. A team that is listed twice counts once.
#[must_use]
pub fn total(teams: &[&Team]) -> u64 {
    lock_all(teams).values().map(|minutes| **minutes).sum()
}

/// Takes the locks of all teams, each once and in the order of their ids, which is the order of the map's
/// keys as well.
fn lock_all<'t>(teams: &[&'t Team]) -> BTreeMap<u32, MutexGuard<'t, u64>> {
    let in_order: BTreeMap<_, _> = teams.iter().map(|team| (team.id(), *team)).collect();
    in_order
        .into_iter()
        .map(|(id, team)| (id, team.lock()))
        .collect()
}
