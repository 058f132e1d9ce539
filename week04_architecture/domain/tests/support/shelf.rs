// A store that does what a test says, and a clock and numbers that are counted.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use rooms::domain::{Minute, Room};
use rooms::ports::{Clock, Ids, RoomId, Rooms, Saved, Unavailable, Version};

type Meddle = Box<dyn FnMut(&Shelf)>;

/// Clones are the same shelf.
#[derive(Clone, Default)]
pub struct Shelf {
    rooms: Rc<RefCell<BTreeMap<RoomId, (Room, Version)>>>,
    /// What happens between each `find` and the `save` that follows.
    meddle: Rc<RefCell<Option<Meddle>>>,
    /// Whether it still answers: finding, saving, and whether it saves all the same.
    pub silent: Rc<Cell<Silent>>,
    pub finds: Rc<Cell<u32>>,
    pub saves: Rc<Cell<u32>>,
}

#[derive(Clone, Copy, Default, PartialEq)]
pub enum Silent {
    #[default]
    No,
    Finding,
    /// It saves, and the answer is lost.
    Saving,
}

impl Shelf {
    pub fn put(&self, id: u64, room: Room) {
        self.rooms
            .borrow_mut()
            .insert(RoomId(id), (room, Version(1)));
    }

    pub fn room(&self, id: u64) -> (Room, Version) {
        let rooms = self.rooms.borrow();
        let found = rooms.get(&RoomId(id));
        found
            .unwrap_or_else(|| panic!("room {id} was expected to be saved"))
            .clone()
    }

    /// Somebody else changes a room.
    pub fn change(&self, id: u64, change: impl FnOnce(&mut Room)) {
        let mut rooms = self.rooms.borrow_mut();
        let (room, version) = rooms
            .get_mut(&RoomId(id))
            .expect("the test has put it there");
        change(room);
        version.0 += 1;
    }

    /// From now on this happens before each `save`.
    pub fn meddle(&self, meddle: impl FnMut(&Shelf) + 'static) {
        *self.meddle.borrow_mut() = Some(Box::new(meddle));
    }
}

impl Rooms for Shelf {
    fn find(&self, id: RoomId) -> Result<Option<(Room, Version)>, Unavailable> {
        self.finds.set(self.finds.get() + 1);
        if self.silent.get() == Silent::Finding {
            return Err(Unavailable);
        }
        Ok(self.rooms.borrow().get(&id).cloned())
    }

    fn save(&self, id: RoomId, room: &Room, seen: Version) -> Result<Saved, Unavailable> {
        self.saves.set(self.saves.get() + 1);
        let meddle = self.meddle.borrow_mut().take();
        if let Some(mut meddle) = meddle {
            meddle(self);
            *self.meddle.borrow_mut() = Some(meddle);
        }
        let mut rooms = self.rooms.borrow_mut();
        let last = rooms.get(&id).map_or(Version(0), |(_, version)| *version);
        if last != seen {
            return Ok(Saved::Outdated);
        }
        rooms.insert(id, (room.clone(), Version(seen.0 + 1)));
        if self.silent.get() == Silent::Saving {
            return Err(Unavailable);
        }
        Ok(Saved::Yes)
    }
}

/// A clock on which a minute passes each time that somebody looks.
#[derive(Clone)]
pub struct Looked {
    pub start: Minute,
    pub looks: Rc<Cell<i64>>,
}

impl Clock for Looked {
    fn now(&self) -> Minute {
        let looks = self.looks.get();
        self.looks.set(looks + 1);
        Minute(self.start.0 + looks)
    }
}

/// Numbers from a list, and then from 100 on.
#[derive(Clone, Default)]
pub struct Numbers {
    pub first: Rc<RefCell<Vec<u64>>>,
    pub drawn: Rc<Cell<u64>>,
}

impl Ids for Numbers {
    fn next(&self) -> u64 {
        let drawn = self.drawn.get();
        self.drawn.set(drawn + 1);
        let mut first = self.first.borrow_mut();
        if first.is_empty() {
            100 + drawn
        } else {
            first.remove(0)
        }
    }
}
