//! What a room is, and who may do what with it. Knows nothing else of this crate, and no clock, no store and no wire.

mod room;
mod slot;
mod title;

pub use room::{Booking, BookingId, Corrupt, Event, Refusal, Role, Room, Snapshot, UserId};
pub use slot::{Minute, Slot, SlotError};
pub use title::{Title, TitleError};
