//! Stage 2: what people do, over ports.

#[path = "support/shelf.rs"]
mod shelf;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::cell::Cell;
use std::rc::Rc;

use rooms::desk::{Desk, Failure};
use rooms::domain::{Booking, BookingId, Event, Refusal, Role, UserId};
use rooms::ports::{RoomId, Version};
use shelf::{Looked, Numbers, Shelf, Silent};
use support::{ADA, BO, CY, DI, NINE, book, booking, room, slot, title};

const HALL: RoomId = RoomId(7);

struct Set {
    desk: Desk<Shelf, Looked, Numbers>,
    shelf: Shelf,
    looks: Rc<Cell<i64>>,
    numbers: Numbers,
}

/// A desk at nine o'clock, with a hall: Ada owns it, Bo and Cy are members, Di is a guest.
fn set() -> Set {
    let shelf = Shelf::default();
    shelf.put(HALL.0, room());
    let clock = Looked {
        start: NINE,
        looks: Rc::default(),
    };
    let numbers = Numbers::default();
    Set {
        looks: Rc::clone(&clock.looks),
        desk: Desk::new(shelf.clone(), clock, numbers.clone()),
        shelf,
        numbers,
    }
}

fn booked(events: &[Event]) -> Booking {
    match events {
        [Event::Booked(booking)] => booking.clone(),
        other => panic!("one booking was expected to have happened, and this has: {other:?}"),
    }
}

#[test]
fn people_share_a_room() {
    let Set { desk, shelf, .. } = set();
    let hall = desk.found(DI).expect("a room is founded");
    assert_eq!(
        shelf.room(hall.0).1,
        Version(1),
        "the version of a room that was saved once"
    );
    let events = desk.appoint(DI, hall, CY, Some(Role::Member));
    assert_eq!(
        events,
        Ok(vec![Event::Appointed {
            user: CY,
            role: Some(Role::Member)
        }]),
        "what happens when the founder appoints somebody"
    );
    let events = desk.book(CY, hall, slot(60, 90), &title("stand-up"));
    let made = booked(&events.expect("Cy is a member"));
    assert_eq!(
        made,
        booking(CY, made.id.0, slot(60, 90)),
        "what was booked"
    );
    assert_eq!(
        desk.bookings(DI, hall),
        Ok(vec![made.clone()]),
        "the bookings, as the owner sees them"
    );
    assert_eq!(
        desk.cancel(DI, hall, made.id),
        Ok(vec![Event::Cancelled(made)]),
        "what happens when the owner cancels it"
    );
    assert_eq!(
        desk.bookings(CY, hall),
        Ok(vec![]),
        "the bookings afterwards"
    );
}

#[test]
fn a_stranger_can_not_tell_whether_there_is_a_room() {
    let Set { desk, .. } = set();
    let stranger = UserId(9);
    for (room, what) in [(HALL, "a room of others"), (RoomId(8), "no room at all")] {
        let answers = [
            desk.bookings(stranger, room).map(drop),
            desk.appoint(stranger, room, stranger, Some(Role::Owner))
                .map(drop),
            desk.book(stranger, room, slot(60, 90), &title("mine"))
                .map(drop),
            desk.cancel(stranger, room, BookingId(1)).map(drop),
        ];
        assert_eq!(
            answers,
            [Err(Failure::NoSuchRoom); 4],
            "a stranger asks for {what}: bookings, a role, a slot, a cancellation. Each other answer tells which rooms there are"
        );
    }
}

#[test]
fn what_is_refused_or_read_is_not_saved() {
    let Set { desk, shelf, .. } = set();
    assert_eq!(
        desk.book(DI, HALL, slot(60, 90), &title("mine")),
        Err(Failure::Refused(Refusal::NotAllowed)),
        "a guest books"
    );
    assert_eq!(
        desk.appoint(ADA, HALL, ADA, None),
        Err(Failure::Refused(Refusal::LastOwner)),
        "the last owner goes"
    );
    desk.bookings(DI, HALL).expect("Di is a guest");
    assert_eq!(
        shelf.saves.get(),
        0,
        "saves after two refusals and a look at the bookings"
    );
}

#[test]
fn who_was_slower_decides_anew() {
    let Set { desk, shelf, .. } = set();
    let mut once = true;
    shelf.meddle(move |shelf| {
        if std::mem::take(&mut once) {
            shelf.change(HALL.0, |room| {
                book(room, CY, 1, slot(0, 60), NINE).expect("it is free");
            });
        }
    });
    let events = desk.book(BO, HALL, slot(60, 90), &title("stand-up"));
    let mine = booked(&events.expect("the two bookings do not touch each other"));
    assert_eq!(
        desk.bookings(DI, HALL),
        Ok(vec![booking(CY, 1, slot(0, 60)), mine]),
        "Cy's booking was saved between Bo's reading and Bo's saving; both are to be there"
    );

    let Set { desk, shelf, .. } = set();
    shelf.meddle(|shelf| {
        shelf.change(HALL.0, |room| {
            let _ = book(room, CY, 1, slot(60, 90), NINE);
        });
    });
    assert_eq!(
        desk.book(BO, HALL, slot(75, 105), &title("stand-up")),
        Err(Failure::Refused(Refusal::Taken)),
        "Cy took a part of it between Bo's reading and saving, and the room as it is now says no"
    );
}

#[test]
fn one_call_has_one_time_and_one_number() {
    let Set {
        desk,
        shelf,
        looks,
        numbers,
    } = set();
    let mut left = 3;
    shelf.meddle(move |shelf| {
        if left > 0 {
            left -= 1;
            shelf.change(HALL.0, |_| {});
        }
    });
    // Nine, and on: each look costs a minute, and the slot begins at nine.
    let events = desk.book(BO, HALL, slot(0, 30), &title("stand-up"));
    assert_eq!(
        events.map(|events| events.len()),
        Ok(1),
        "Bo asks at nine for the slot that begins at nine, and others are quicker three times. What was asked for at nine is decided as of nine"
    );
    assert_eq!(
        (looks.get(), numbers.drawn.get()),
        (1, 1),
        "how often the clock was read, and how many numbers were drawn, for one call with four attempts"
    );
}

#[test]
fn five_times_too_slow_is_busy() {
    let Set { desk, shelf, .. } = set();
    shelf.meddle(|shelf| shelf.change(HALL.0, |_| {}));
    assert_eq!(
        desk.book(BO, HALL, slot(60, 90), &title("stand-up")),
        Err(Failure::Busy),
        "somebody else is quicker each time"
    );
    assert_eq!(
        (shelf.finds.get(), shelf.saves.get()),
        (5, 5),
        "readings and attempts to save, of a call that others were quicker than"
    );
}

#[test]
fn what_does_not_answer_is_not_asked_again() {
    let Set { desk, shelf, .. } = set();
    shelf.silent.set(Silent::Saving);
    assert_eq!(
        desk.book(BO, HALL, slot(60, 90), &title("stand-up")),
        Err(Failure::Unavailable),
        "the store has saved, and its answer was lost. A second attempt would find Bo's own booking in the way and say that the slot is taken"
    );
    assert_eq!(
        (shelf.finds.get(), shelf.saves.get()),
        (1, 1),
        "readings and attempts to save"
    );
    let Set { desk, shelf, .. } = set();
    shelf.silent.set(Silent::Finding);
    assert_eq!(
        desk.bookings(BO, HALL),
        Err(Failure::Unavailable),
        "a store that does not answer has not said that there is no room"
    );
}

#[test]
fn a_number_that_is_taken_is_no_new_room() {
    let Set {
        desk,
        shelf,
        numbers,
        ..
    } = set();
    *numbers.first.borrow_mut() = vec![HALL.0, HALL.0, 8];
    assert_eq!(
        desk.found(DI),
        Ok(RoomId(8)),
        "the first two numbers were those of the hall"
    );
    assert_eq!(
        shelf.room(HALL.0),
        (room(), Version(1)),
        "the hall, which is Ada's as before"
    );
    *numbers.first.borrow_mut() = vec![HALL.0; 5];
    assert_eq!(
        desk.found(DI),
        Err(Failure::Busy),
        "five numbers in a row were those of rooms"
    );
}
