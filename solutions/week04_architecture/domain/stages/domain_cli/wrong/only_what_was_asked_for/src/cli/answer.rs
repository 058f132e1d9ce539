//! What people and scripts get to read: lines, and a code.
//!
//! Architecture invariant: scripts decide by the code and by the first word of a trouble. Both are promised, and each is said here
//! once; texts are for people.

use std::fmt;

use crate::desk::Failure;
use crate::domain::{Booking, Event, Minute, Refusal, Role, SlotError, TitleError};
use crate::ports::{RoomId, Unavailable};

const USAGE: &str = "\
rooms found
rooms show ROOM
rooms book ROOM FROM UNTIL TITLE
rooms cancel ROOM BOOKING
rooms appoint ROOM USER guest|member|owner
rooms dismiss ROOM USER
rooms serve ADDRESS";

/// What was asked for.
pub(super) enum Answer {
    Room(RoomId),
    Bookings(Vec<Booking>),
    Events(Vec<Event>),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(room) => writeln!(f, "room {}", room.0),
            Self::Bookings(bookings) => (bookings.iter()).try_for_each(|it| line(f, "booking", it)),
            Self::Events(events) => events.iter().take(1).try_for_each(|event| match event {
                Event::Appointed { user, role } => {
                    writeln!(f, "appointed {} {}", user.0, role_name(*role))
                }
                Event::Booked(booking) => line(f, "booked", booking),
                Event::Cancelled(booking) => line(f, "cancelled", booking),
            }),
        }
    }
}

/// The title comes last: it may have anything in it but the end of a line.
fn line(f: &mut fmt::Formatter<'_>, what: &str, booking: &Booking) -> fmt::Result {
    let Booking {
        id,
        by,
        slot,
        title,
    } = booking;
    let (from, until) = (seconds(slot.start()), seconds(slot.end()));
    let title = title.as_str();
    writeln!(f, "{what} {} {} {from} {until} {title}", id.0, by.0)
}

fn seconds(minute: Minute) -> i128 {
    i128::from(minute.0) * 60
}

fn role_name(role: Option<Role>) -> &'static str {
    match role {
        None => "nobody",
        Some(Role::Guest) => "guest",
        Some(Role::Member) => "member",
        Some(Role::Owner) => "owner",
    }
}

/// Why there is no answer. Codes are those of `sysexits.h`, where it has one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trouble {
    code: u8,
    word: &'static str,
    text: &'static str,
}

impl Trouble {
    const fn new(code: u8, word: &'static str, text: &'static str) -> Self {
        Self { code, word, text }
    }

    pub(super) fn code(self) -> u8 {
        self.code
    }

    pub(super) fn usage() -> Self {
        Self::new(2, "usage", USAGE)
    }

    /// A value of another shape than the command's.
    pub(super) fn shape() -> Self {
        Self::new(
            2,
            "shape",
            "times are seconds, and roles guest, member or owner",
        )
    }

    pub(super) fn not_signed_in() -> Self {
        Self::new(
            77,
            "not-signed-in",
            "who asks is not known: ROOMS_TOKEN says it",
        )
    }

    pub(super) fn not_found() -> Self {
        refused("not-found", "there is nothing of this name for you")
    }

    pub(super) fn unsaid() -> Self {
        Self::new(74, "unsaid", "it is done, and can't be told here")
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "rooms: {}: {}", self.word, self.text)
    }
}

fn refused(word: &'static str, text: &'static str) -> Trouble {
    Trouble::new(1, word, text)
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoSuchRoom | Failure::Refused(Refusal::Stranger) => Self::not_found(),
            Failure::Refused(refusal) => refusal.into(),
            // The only code after which a script may do the same again without looking.
            Failure::Busy => Self::new(75, "busy", "others were quicker, and nothing has happened"),
            Failure::Unavailable => {
                let text = "there was no answer: look before you ask again";
                Self::new(69, "unavailable", text)
            }
        }
    }
}

impl From<Unavailable> for Trouble {
    fn from(unavailable: Unavailable) -> Self {
        Failure::from(unavailable).into()
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Stranger => Self::not_found(),
            Refusal::NotAllowed => refused("not-allowed", "your role does not suffice"),
            Refusal::LastOwner => refused("last-owner", "a room has an owner at all times"),
            Refusal::NoSuchBooking => refused("no-such-booking", "there is no such booking"),
            Refusal::Past => refused("past", "it has begun already"),
            Refusal::TooFar => refused("too-far", "it begins too far ahead"),
            Refusal::TooMany => refused("too-many", "you have as many ahead as a member may"),
            Refusal::Taken => refused("taken", "somebody has a part of it"),
        }
    }
}

impl From<SlotError> for Trouble {
    fn from(error: SlotError) -> Self {
        match error {
            SlotError::NoQuarter => Self::new(2, "slot-no-quarter", "slots have whole quarters"),
            SlotError::Backwards => Self::new(2, "slot-backwards", "it ends before it begins"),
            SlotError::TooLong => Self::new(2, "slot-too-long", "eight hours are the longest"),
        }
    }
}

impl From<TitleError> for Trouble {
    fn from(error: TitleError) -> Self {
        match error {
            TitleError::Empty => Self::new(2, "title-empty", "a meeting is about something"),
            TitleError::TooLong => Self::new(2, "title-too-long", "sixty characters suffice"),
            TitleError::Control => Self::new(2, "title-control", "a title is one line"),
        }
    }
}
