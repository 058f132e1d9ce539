//! What people do with rooms: read, let the room decide, save what was decided.

use crate::domain::{Booking, BookingId, Event, Minute, Refusal, Role, Room, Slot, Title, UserId};
use crate::ports::{Clock, Ids, RoomId, Rooms, Saved, Unavailable, Version};

/// How often a decision is made anew because somebody else was quicker.
const ATTEMPTS: u32 = 5;

/// Why a call has done nothing, as far as anybody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// There is none, or it is none of the caller's business.
    NoSuchRoom,
    /// The room says no.
    Refused(Refusal),
    /// Others were quicker, five times.
    Busy,
    /// The store does not answer. What was asked for may have happened.
    Unavailable,
}

impl From<Unavailable> for Failure {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The use cases.
#[derive(Debug)]
pub struct Desk<R, C, I> {
    rooms: R,
    clock: C,
    ids: I,
}

impl<R: Rooms, C: Clock, I: Ids> Desk<R, C, I> {
    /// A desk over these.
    pub fn new(rooms: R, clock: C, ids: I) -> Self {
        Self { rooms, clock, ids }
    }

    /// Makes a room.
    ///
    /// # Errors
    ///
    /// [`Failure::Busy`] if five numbers in a row were those of rooms, and [`Failure::Unavailable`].
    pub fn found(&self, owner: UserId) -> Result<RoomId, Failure> {
        let room = Room::found(owner);
        for _ in 0..ATTEMPTS {
            let id = RoomId(self.ids.next());
            if self.rooms.save(id, &room, Version(0))? == Saved::Yes {
                return Ok(id);
            }
        }
        Err(Failure::Busy)
    }

    /// The bookings of a room, the earliest first.
    ///
    /// # Errors
    ///
    /// [`Failure::NoSuchRoom`] and [`Failure::Unavailable`].
    pub fn bookings(&self, by: UserId, room: RoomId) -> Result<Vec<Booking>, Failure> {
        let (room, _) = self.find(room)?;
        Ok(room.bookings(by)?.to_vec())
    }

    /// Gives somebody a role in a room, or takes it away.
    ///
    /// # Errors
    ///
    /// See [`Failure`].
    pub fn appoint(
        &self,
        by: UserId,
        room: RoomId,
        user: UserId,
        role: Option<Role>,
    ) -> Result<Vec<Event>, Failure> {
        self.change(room, |room, now| room.appoint(by, user, role, now))
    }

    /// Takes a slot.
    ///
    /// # Errors
    ///
    /// See [`Failure`].
    pub fn book(
        &self,
        by: UserId,
        room: RoomId,
        slot: Slot,
        title: &Title,
    ) -> Result<Vec<Event>, Failure> {
        // Before the first attempt: a booking that is decided on twice is one booking.
        let id = BookingId(self.ids.next());
        self.change(room, |room, now| {
            room.book(by, id, slot, title.clone(), now)
        })
    }

    /// Gives a slot back.
    ///
    /// # Errors
    ///
    /// See [`Failure`].
    pub fn cancel(&self, by: UserId, room: RoomId, id: BookingId) -> Result<Vec<Event>, Failure> {
        self.change(room, |room, now| room.cancel(by, id, now))
    }

    fn find(&self, id: RoomId) -> Result<(Room, Version), Failure> {
        self.rooms.find(id)?.ok_or(Failure::NoSuchRoom)
    }

    /// Decides on the room as it is, and again if it was another one by then. What did not answer is not asked again: it may
    /// have saved the room, and then the second attempt would be refused because of the first.
    fn change(
        &self,
        id: RoomId,
        decide: impl Fn(&mut Room, Minute) -> Result<Vec<Event>, Refusal>,
    ) -> Result<Vec<Event>, Failure> {
        let now = self.clock.now();
        for _ in 0..ATTEMPTS {
            let (mut room, seen) = self.find(id)?;
            let events = decide(&mut room, now)?;
            if self.rooms.save(id, &room, seen)? == Saved::Yes {
                return Ok(events);
            }
        }
        Err(Failure::Busy)
    }
}
