//! What goes over the wire, there and back. Types of its own, so that neither the domain nor the clients have to follow when
//! the other one changes.

use serde::{Deserialize, Serialize};

use super::problem::Problem;
use crate::domain::{Booking, Event, Minute, Role, Slot, SlotError, Title};
use crate::ports::RoomId;

const MINUTE: i64 = 60;

/// A booking that somebody wishes for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Draft {
    from: i64,
    until: i64,
    title: String,
}

impl Draft {
    /// From here on there is nothing that is not valid.
    pub(super) fn parse(self) -> Result<(Slot, Title), Problem> {
        let slot = Slot::new(minute(self.from)?, minute(self.until)?)?;
        Ok((slot, Title::new(&self.title)?))
    }
}

/// What somebody is to be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Appointment {
    pub(super) role: RoleName,
}

/// Read as a text: of an enum, serde would take `{"guest": null}` as well.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "String")]
pub(super) enum RoleName {
    Guest,
    Member,
    Owner,
}

#[derive(Serialize)]
pub(super) struct RoomView {
    room: String,
}

#[derive(Serialize)]
pub(super) struct BookingsView {
    room: String,
    bookings: Vec<BookingView>,
}

/// Numbers that name something are texts: a number of JSON has 53 bits in many a client.
#[derive(Serialize)]
struct BookingView {
    id: String,
    by: String,
    from: i128,
    until: i128,
    title: String,
}

#[derive(Serialize)]
pub(super) struct EventsView {
    events: Vec<EventView>,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum EventView {
    Appointed {
        user: String,
        role: Option<RoleName>,
    },
    Booked {
        booking: BookingView,
    },
    Cancelled {
        booking: BookingView,
    },
}

pub(super) fn room(room: RoomId) -> RoomView {
    RoomView {
        room: room.0.to_string(),
    }
}

pub(super) fn bookings(room: RoomId, bookings: &[Booking]) -> BookingsView {
    BookingsView {
        room: room.0.to_string(),
        bookings: bookings.iter().map(booking).collect(),
    }
}

pub(super) fn events(events: &[Event]) -> EventsView {
    EventsView {
        events: events.iter().map(event).collect(),
    }
}

fn event(event: &Event) -> EventView {
    match event {
        Event::Appointed { user, role } => EventView::Appointed {
            user: user.0.to_string(),
            role: role.map(RoleName::from),
        },
        Event::Booked(it) => EventView::Booked {
            booking: booking(it),
        },
        Event::Cancelled(it) => EventView::Cancelled {
            booking: booking(it),
        },
    }
}

fn booking(booking: &Booking) -> BookingView {
    BookingView {
        id: booking.id.0.to_string(),
        by: booking.by.0.to_string(),
        from: seconds(booking.slot.start()),
        until: seconds(booking.slot.end()),
        title: booking.title.as_str().to_owned(),
    }
}

/// What is no whole minute is no quarter of an hour either, which is the domain's word for it.
fn minute(seconds: i64) -> Result<Minute, SlotError> {
    let whole = seconds % MINUTE == 0;
    let minute = whole.then_some(Minute(seconds / MINUTE));
    minute.ok_or(SlotError::NoQuarter)
}

/// Wider than a minute, so that there is no minute without a view.
fn seconds(minute: Minute) -> i128 {
    i128::from(minute.0) * i128::from(MINUTE)
}

impl TryFrom<String> for RoleName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        match &*name {
            "guest" => Ok(Self::Guest),
            "member" => Ok(Self::Member),
            "owner" => Ok(Self::Owner),
            _ => Err(name),
        }
    }
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Guest => Self::Guest,
            RoleName::Member => Self::Member,
            RoleName::Owner => Self::Owner,
        }
    }
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::Guest => Self::Guest,
            Role::Member => Self::Member,
            Role::Owner => Self::Owner,
        }
    }
}
