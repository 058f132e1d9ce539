//! Stage 2: appointments and cancellations in a race.

mod shelf {
    include!("support/shelf.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::rc::Rc;

use rooms::desk::{Desk, Failure};
use rooms::domain::{BookingId, Event, Refusal, Role};
use rooms::ports::{RoomId, Version};
use shelf::{Looked, Numbers, Shelf};
use support::{ADA, BO, NINE, book, room, slot};

fn desk(shelf: &Shelf) -> Desk<Shelf, Looked, Numbers> {
    let clock = Looked {
        start: NINE,
        looks: Rc::default(),
    };
    Desk::new(shelf.clone(), clock, Numbers::default())
}

#[test]
fn events_are_those_of_the_attempt_that_was_saved() {
    let shelf = Shelf::default();
    shelf.put(7, room());
    let mut once = true;
    shelf.meddle(move |shelf| {
        if std::mem::take(&mut once) {
            shelf.change(7, |room| {
                book(room, BO, 1, slot(60, 90), NINE).expect("it is free");
            });
        }
    });
    let events = desk(&shelf).appoint(ADA, RoomId(7), BO, None);
    let cancelled = events
        .expect("Ada is the owner")
        .into_iter()
        .filter_map(|it| match it {
            Event::Cancelled(booking) => Some(booking.id),
            _ => None,
        });
    assert_eq!(
        cancelled.collect::<Vec<_>>(),
        [BookingId(1)],
        "Bo booked while he was being removed. The first attempt knew nothing of it, and was not saved"
    );
    assert_eq!(
        shelf.room(7).1,
        Version(3),
        "the version after Bo's booking and Ada's second attempt"
    );
}

#[test]
fn two_owners_do_not_remove_each_other() {
    let shelf = Shelf::default();
    let mut two = room();
    two.appoint(ADA, BO, Some(Role::Owner), NINE)
        .expect("Ada is an owner");
    shelf.put(7, two);
    let mut once = true;
    shelf.meddle(move |shelf| {
        if std::mem::take(&mut once) {
            shelf.change(7, |room| {
                room.appoint(BO, ADA, Some(Role::Member), NINE)
                    .expect("Bo is an owner");
            });
        }
    });
    assert_eq!(
        desk(&shelf).appoint(ADA, RoomId(7), BO, None),
        Err(Failure::Refused(Refusal::NotAllowed)),
        "Bo was quicker and has made Ada a member, so she may not remove the last owner"
    );
}
