// What the tests of all stages share: people, times and slots.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use rooms::domain::{Booking, BookingId, Event, Minute, Refusal, Role, Room, Slot, Title, UserId};

pub const ADA: UserId = UserId(1);
pub const BO: UserId = UserId(2);
pub const CY: UserId = UserId(3);
pub const DI: UserId = UserId(4);

/// 2026-03-02, 09:00.
pub const NINE: Minute = Minute(29_540_700);

pub const DAY: i64 = 24 * 60;

pub fn after(minute: Minute, minutes: i64) -> Minute {
    Minute(minute.0 + minutes)
}

/// So many minutes from nine o'clock on.
pub fn slot(from: i64, until: i64) -> Slot {
    Slot::new(after(NINE, from), after(NINE, until))
        .unwrap_or_else(|why| panic!("{from} to {until} was expected to be a slot: {why:?}"))
}

pub fn title(text: &str) -> Title {
    Title::new(text).unwrap_or_else(|why| panic!("{text:?} was expected to be a title: {why:?}"))
}

/// Ada owns it, Bo and Cy are members, Di is a guest.
pub fn room() -> Room {
    let mut room = Room::found(ADA);
    for (user, role) in [(BO, Role::Member), (CY, Role::Member), (DI, Role::Guest)] {
        room.appoint(ADA, user, Some(role), NINE)
            .unwrap_or_else(|why| panic!("Ada was expected to appoint {user:?}: {why:?}"));
    }
    room
}

pub fn book(
    room: &mut Room,
    by: UserId,
    id: u64,
    slot: Slot,
    now: Minute,
) -> Result<Vec<Event>, Refusal> {
    room.book(by, BookingId(id), slot, title("stand-up"), now)
}

pub fn booking(by: UserId, id: u64, slot: Slot) -> Booking {
    Booking {
        id: BookingId(id),
        by,
        slot,
        title: title("stand-up"),
    }
}

/// Whether there is a minute that belongs to both, worked out here.
pub fn overlap(one: &Booking, other: &Booking) -> bool {
    let (one, other) = (one.slot, other.slot);
    one.start().max(other.start()) < one.end().min(other.end())
}
