//! Rooms for as long as the process lives.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::domain::Room;
use crate::ports::{RoomId, Rooms, Saved, Unavailable, Version};

/// Rooms in a map.
#[derive(Debug, Default)]
pub struct Memory {
    rooms: Mutex<BTreeMap<RoomId, (Room, Version)>>,
}

impl Memory {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Rooms for Memory {
    fn find(&self, id: RoomId) -> Result<Option<(Room, Version)>, Unavailable> {
        let rooms = self.rooms.lock().map_err(|_| Unavailable)?;
        Ok(rooms.get(&id).cloned())
    }

    fn save(&self, id: RoomId, room: &Room, seen: Version) -> Result<Saved, Unavailable> {
        // One lock around the question and the answer: between two, another thread would fit.
        let mut rooms = self.rooms.lock().map_err(|_| Unavailable)?;
        let last = rooms.get(&id).map_or(0, |(_, last)| last.0);
        if seen.0 != last {
            return Ok(Saved::Outdated);
        }
        rooms.insert(id, (room.clone(), Version(seen.0 + 1)));
        Ok(Saved::Yes)
    }
}
