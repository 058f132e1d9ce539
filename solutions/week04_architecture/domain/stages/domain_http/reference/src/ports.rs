//! What the use cases need of the world. Names no library.

use crate::domain::{Minute, Room, UserId};

/// Names a room for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomId(pub u64);

/// How often a room has been saved. 0 is a room that is not there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

/// What became of a room that was to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Saved {
    Yes,
    /// Somebody else has saved it meanwhile, and nothing was changed.
    Outdated,
}

/// There was no answer, or none that makes sense. Whether a room was saved is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable;

/// Keeps rooms.
pub trait Rooms {
    /// A room as it was saved last, with its version.
    ///
    /// # Errors
    ///
    /// If it is not known whether there is one.
    fn find(&self, id: RoomId) -> Result<Option<(Room, Version)>, Unavailable>;

    /// Puts a room in the place of the version that was seen, if that is still the last one, and counts it up by one.
    ///
    /// # Errors
    ///
    /// If it is not known what became of it.
    fn save(&self, id: RoomId, room: &Room, seen: Version) -> Result<Saved, Unavailable>;
}

/// Tells the time.
pub trait Clock {
    /// The minute that it is.
    fn now(&self) -> Minute;
}

/// Gives numbers that nobody else is given.
pub trait Ids {
    /// The next one.
    fn next(&self) -> u64;
}

/// Knows people by what they show.
pub trait Callers: Send + Sync {
    /// Whose token it is, or that it is nobody's.
    ///
    /// # Errors
    ///
    /// If that can't be found out now.
    fn who(&self, token: &str) -> Result<Option<UserId>, Unavailable>;
}
