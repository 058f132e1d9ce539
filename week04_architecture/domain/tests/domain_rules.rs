//! Stage 1: values that are valid, and a room that can't be talked out of its rules.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use rooms::domain::{
    BookingId, Corrupt, Event, Minute, Refusal, Role, Room, Slot, SlotError, Snapshot, Title,
    TitleError, UserId,
};
use support::{ADA, BO, CY, DAY, DI, NINE, after, book, booking, room, slot};

#[test]
fn a_slot_is_quarters_of_an_hour_up_to_eight() {
    for (from, until, expected) in [
        (0, 15, None),
        (0, 480, None),
        (-2 * DAY, -2 * DAY + 30, None),
        (5, 30, Some(SlotError::NoQuarter)),
        (0, 31, Some(SlotError::NoQuarter)),
        (31, 30, Some(SlotError::NoQuarter)),
        (30, 30, Some(SlotError::Backwards)),
        (30, 15, Some(SlotError::Backwards)),
        (0, 495, Some(SlotError::TooLong)),
    ] {
        let found = Slot::new(after(NINE, from), after(NINE, until)).err();
        assert_eq!(
            found, expected,
            "from {from} to {until} minutes after nine: why this is no slot, if it is none"
        );
    }
    let before = Slot::new(Minute(-30), Minute(-15));
    assert!(
        before.is_ok(),
        "half an hour before 1970 there were quarters, too, and this is {before:?}"
    );
}

#[test]
fn slots_that_follow_each_other_do_not_overlap() {
    let ten = slot(60, 120);
    for (other, expected, why) in [
        (slot(0, 60), false, "it ends when the other begins"),
        (slot(120, 180), false, "it begins when the other ends"),
        (slot(0, 75), true, "the first quarter is in both"),
        (slot(105, 180), true, "the last quarter is in both"),
        (slot(75, 90), true, "it is inside"),
        (slot(0, 240), true, "it is around"),
        (ten, true, "it is the same"),
    ] {
        assert_eq!(
            (ten.overlaps(other), other.overlaps(ten)),
            (expected, expected),
            "ten to eleven, and {other:?}, asked both ways: {why}"
        );
    }
}

#[test]
fn a_title_is_what_a_person_can_read() {
    let sixty = "ä".repeat(60);
    for (text, expected) in [
        (" stand-up ", Ok("stand-up")),
        (&sixty, Ok(&*sixty)),
        ("", Err(TitleError::Empty)),
        (" \t\n", Err(TitleError::Empty)),
        (&"x".repeat(61), Err(TitleError::TooLong)),
        ("one\ntwo", Err(TitleError::Control)),
    ] {
        let found = Title::new(text);
        assert_eq!(
            found.as_ref().map(Title::as_str).map_err(|why| *why),
            expected,
            "the title of {text:?}; characters are counted, and not bytes"
        );
    }
}

#[test]
fn what_somebody_is_decides_what_they_may() {
    let stranger = UserId(9);
    let mut room = room();
    book(&mut room, BO, 1, slot(60, 90), NINE).expect("Bo is a member");
    let before = room.clone();
    let ask = |room: &mut Room, by: UserId| {
        [
            room.bookings(by).err(),
            book(room, by, 7, slot(60, 90), NINE).err(),
            room.cancel(by, BookingId(1), after(NINE, 100)).err(),
            room.cancel(by, BookingId(99), NINE).err(),
            room.appoint(by, ADA, None, NINE).err(),
        ]
    };
    use Refusal::{LastOwner, NoSuchBooking, NotAllowed, Past, Stranger, Taken};
    for (who, by, expected) in [
        ("a stranger", stranger, [Some(Stranger); 5]),
        (
            "a guest",
            DI,
            [
                None,
                Some(NotAllowed),
                Some(NotAllowed),
                Some(NoSuchBooking),
                Some(NotAllowed),
            ],
        ),
        (
            "a member who has not booked it",
            CY,
            [
                None,
                Some(Taken),
                Some(NotAllowed),
                Some(NoSuchBooking),
                Some(NotAllowed),
            ],
        ),
        (
            "the owner",
            ADA,
            [
                None,
                Some(Taken),
                Some(Past),
                Some(NoSuchBooking),
                Some(LastOwner),
            ],
        ),
    ] {
        assert_eq!(
            ask(&mut room, by),
            expected,
            "{who} asks for the bookings, to book a slot that is taken, to cancel a booking of Bo that has begun, to cancel one that is \
             not there, and to remove the last owner. Who may not do it hears that, and learns nothing else about the room"
        );
    }
    assert_eq!(room, before, "all of this was refused, and changed nothing");
}

#[test]
fn a_booking_is_ahead_near_and_nobody_elses() {
    let mut room = room();
    let month = 30 * DAY;
    let booked = book(&mut room, BO, 1, slot(60, 120), NINE);
    assert_eq!(
        booked,
        Ok(vec![Event::Booked(booking(BO, 1, slot(60, 120)))]),
        "what Bo's booking makes happen"
    );
    for (id, from, until, expected, why) in [
        (2, -15, 15, Err(Refusal::Past), "it has begun"),
        (
            2,
            month + 15,
            month + 30,
            Err(Refusal::TooFar),
            "it is 30 days and a quarter of an hour ahead",
        ),
        (2, 105, 135, Err(Refusal::Taken), "Bo has a part of it"),
        (
            1,
            180,
            195,
            Err(Refusal::Taken),
            "the id is that of a booking",
        ),
        (2, 0, 15, Ok(()), "it begins now"),
        (3, month, month + 15, Ok(()), "it is exactly 30 days ahead"),
        (4, 120, 135, Ok(()), "it begins when Bo's ends"),
        (5, 15, 60, Ok(()), "it ends when Bo's begins"),
    ] {
        let found = book(&mut room, CY, id, slot(from, until), NINE).map(drop);
        assert_eq!(found, expected, "Cy books {from} to {until} at nine: {why}");
    }
    let order: Vec<u64> = (room.bookings(DI).expect("Di is a guest").iter())
        .map(|it| it.id.0)
        .collect();
    assert_eq!(order, [2, 5, 1, 4, 3], "ids of the bookings, by start");
}

#[test]
fn a_member_has_three_ahead_and_an_owner_as_many_as_it_takes() {
    let mut room = room();
    for id in 0..3 {
        let from = 15 * i64::try_from(id).unwrap_or(0);
        let found = book(&mut room, BO, id, slot(from, from + 15), NINE);
        assert!(found.is_ok(), "booking {id} of Bo: {found:?}");
    }
    assert_eq!(
        book(&mut room, BO, 3, slot(600, 615), NINE).map(drop),
        Ok(()),
        "one of Bo's three begins now and so is not ahead any more"
    );
    assert_eq!(
        book(&mut room, BO, 4, slot(630, 645), NINE),
        Err(Refusal::TooMany),
        "Bo's fourth that has not begun"
    );
    assert_eq!(
        book(&mut room, BO, 4, slot(630, 645), after(NINE, 15)).map(drop),
        Ok(()),
        "a quarter of an hour later another one has begun"
    );
    for id in 10..20 {
        let from = 700 + 20 + 15 * i64::try_from(id).unwrap_or(0);
        let found = book(&mut room, ADA, id, slot(from, from + 15), NINE);
        assert!(found.is_ok(), "booking {id} of the owner: {found:?}");
    }
}

#[test]
fn what_has_not_begun_can_be_given_back() {
    let mut room = room();
    for (by, id, from) in [(BO, 1, 15), (BO, 2, 30), (CY, 3, 45)] {
        book(&mut room, by, id, slot(from, from + 15), NINE).expect("it is free");
    }
    assert_eq!(
        room.cancel(BO, BookingId(1), after(NINE, 14)),
        Ok(vec![Event::Cancelled(booking(BO, 1, slot(15, 30)))]),
        "Bo's own, a minute before it begins"
    );
    assert_eq!(
        room.cancel(BO, BookingId(2), after(NINE, 30)),
        Err(Refusal::Past),
        "Bo's own, as it begins"
    );
    assert_eq!(
        room.cancel(ADA, BookingId(3), NINE),
        Ok(vec![Event::Cancelled(booking(CY, 3, slot(45, 60)))]),
        "Cy's, cancelled by the owner"
    );
    assert_eq!(
        book(&mut room, CY, 4, slot(15, 30), NINE).map(drop),
        Ok(()),
        "what was given back is free"
    );
}

#[test]
fn who_may_no_longer_book_has_nothing_ahead() {
    for role in [None, Some(Role::Guest)] {
        let mut room = room();
        for (by, id, from) in [(BO, 1, 0), (BO, 2, 30), (CY, 3, 45), (BO, 4, 60)] {
            book(&mut room, by, id, slot(from, from + 15), NINE).expect("it is free");
        }
        assert_eq!(
            room.appoint(ADA, BO, role, after(NINE, 10)),
            Ok(vec![
                Event::Appointed { user: BO, role },
                Event::Cancelled(booking(BO, 2, slot(30, 45))),
                Event::Cancelled(booking(BO, 4, slot(60, 75))),
            ]),
            "Bo becomes {role:?} at ten past nine. The meeting at nine goes on, and the other two are cancelled, the earliest first"
        );
        let left: Vec<u64> = (room.bookings(ADA).expect("Ada is the owner").iter())
            .map(|it| it.id.0)
            .collect();
        assert_eq!(left, [1, 3], "ids of what is left");
    }
    let mut room = room();
    book(&mut room, BO, 1, slot(30, 45), NINE).expect("it is free");
    assert_eq!(
        room.appoint(ADA, BO, Some(Role::Owner), NINE)
            .map(|it| it.len()),
        Ok(1),
        "events where Bo becomes an owner and loses nothing"
    );
    assert_eq!(
        room.appoint(BO, ADA, None, NINE).map(|it| it.len()),
        Ok(1),
        "events where the new owner removes the old one: there is one left"
    );
    assert_eq!(
        room.appoint(BO, BO, Some(Role::Member), NINE),
        Err(Refusal::LastOwner),
        "the last owner wants to be a member"
    );
}

#[test]
fn a_snapshot_is_a_room_or_nothing() {
    let mut room = room();
    book(&mut room, BO, 1, slot(60, 90), NINE).expect("it is free");
    book(&mut room, BO, 2, slot(0, 30), NINE).expect("it is free");
    let snapshot = room.snapshot();
    assert_eq!(
        Room::restore(snapshot.clone()),
        Ok(room),
        "the room of its own snapshot"
    );
    let mut turned = snapshot.clone();
    turned.bookings.reverse();
    assert_eq!(
        Room::restore(turned).map(|it| it.snapshot()),
        Ok(snapshot.clone()),
        "a store may give bookings back in any order, and a room has them by start"
    );
    let but = |change: fn(&mut Snapshot)| {
        let mut snapshot = snapshot.clone();
        change(&mut snapshot);
        Room::restore(snapshot)
    };
    for (found, why) in [
        (Room::restore(Snapshot::default()), "it has no people"),
        (
            but(|it| it.roles.retain(|(user, _)| *user != ADA)),
            "it has no owner",
        ),
        (
            but(|it| it.roles.push((BO, Role::Guest))),
            "Bo is in it twice",
        ),
        (
            but(|it| it.bookings[1].id = it.bookings[0].id),
            "two bookings have one id",
        ),
        (
            but(|it| it.bookings.push(booking(CY, 3, slot(75, 105)))),
            "two bookings overlap",
        ),
    ] {
        assert_eq!(found, Err(Corrupt), "no room was ever like this: {why}");
    }
}
