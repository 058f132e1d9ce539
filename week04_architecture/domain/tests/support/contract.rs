// What every store of rooms promises, whatever it is made of.

use rooms::domain::{Booking, BookingId, Minute, Role, Room, Slot, Snapshot, UserId};
use rooms::ports::{RoomId, Rooms, Saved, Version};

use crate::support::{ADA, BO, NINE, after, room, slot, title};

const HALL: RoomId = RoomId(7);

/// A room that has everything that is hard to write down.
pub fn odd() -> Room {
    let booking = |id, by, start: i64, text: &str| Booking {
        id: BookingId(id),
        by: UserId(by),
        slot: Slot::new(Minute(start), Minute(start + 30)).expect("quarters of an hour"),
        title: title(text),
    };
    let odd = Snapshot {
        roles: vec![
            (UserId(0), Role::Guest),
            (UserId(5), Role::Member),
            (UserId(u64::MAX), Role::Owner),
        ],
        bookings: vec![
            booking(0, 5, -30, "before 1970"),
            booking(
                u64::MAX,
                u64::MAX,
                0,
                r#"'); DROP TABLE rooms; -- "x", y: {z} \n | \"#,
            ),
            booking(1, 77, 60, "Ärger, 会議 und 🪑"),
            booking(2, 5, 29_540_700, &"ä".repeat(60)),
        ],
    };
    Room::restore(odd).expect("it is odd, and a room")
}

pub fn assert_contract<S: Rooms + Sync>(whose: &str, empty: impl Fn() -> S) {
    finds_what_was_saved(whose, &empty());
    knows_the_last_version_only(whose, &empty());
    writes_down_everything(whose, &empty());
    keeps_rooms_apart(whose, &empty());
    loses_nothing_in_a_race(whose, &empty());
}

pub fn assert_found(store: &impl Rooms, id: RoomId, expected: Option<(&Room, u64)>, why: &str) {
    let expected = Ok(expected.map(|(room, version)| (room.clone(), Version(version))));
    assert_eq!(
        store.find(id),
        expected,
        "what is found of room {} (left), and what was expected (right): {why}",
        id.0
    );
}

fn finds_what_was_saved(whose: &str, store: &impl Rooms) {
    assert_found(store, HALL, None, &format!("{whose} is empty"));
    let mut hall = room();
    assert_eq!(
        store.save(HALL, &hall, Version(0)),
        Ok(Saved::Yes),
        "{whose}: a new room is saved at version 0"
    );
    assert_found(
        store,
        HALL,
        Some((&hall, 1)),
        &format!("{whose}: it was saved once"),
    );
    for version in 1..4_u64 {
        let from = 60 * i64::try_from(version).unwrap_or(0);
        let booked = hall.book(
            BO,
            BookingId(version),
            slot(from, from + 30),
            title("x"),
            NINE,
        );
        booked.expect("it is free");
        assert_eq!(
            store.save(HALL, &hall, Version(version)),
            Ok(Saved::Yes),
            "{whose}: saved at the last version, which is {version}"
        );
        let why = format!("{whose}: it was saved once more");
        assert_found(store, HALL, Some((&hall, version + 1)), &why);
    }
    hall.cancel(BO, BookingId(2), after(NINE, 1))
        .expect("it is Bo's");
    assert_eq!(
        store.save(HALL, &hall, Version(4)),
        Ok(Saved::Yes),
        "{whose}: saved with a booking less"
    );
    let why = format!("{whose}: a booking was cancelled");
    assert_found(store, HALL, Some((&hall, 5)), &why);
}

fn knows_the_last_version_only(whose: &str, store: &impl Rooms) {
    let (first, second) = (room(), Room::found(BO));
    assert_eq!(
        store.save(HALL, &first, Version(1)),
        Ok(Saved::Outdated),
        "{whose}: saved at version 1 of a room that is not there"
    );
    assert_found(store, HALL, None, &format!("{whose}: nothing was saved"));
    for version in 0..2 {
        let saved = store.save(HALL, &first, Version(version));
        assert_eq!(saved, Ok(Saved::Yes), "{whose}: saved at version {version}");
    }
    for (seen, why) in [
        (0, "it is there already"),
        (1, "somebody has saved since"),
        (3, "nobody has seen this version yet"),
        (u64::MAX, "nobody has seen this version yet"),
    ] {
        assert_eq!(
            store.save(HALL, &second, Version(seen)),
            Ok(Saved::Outdated),
            "{whose}: saved at version {seen}, where the last one is 2: {why}"
        );
        assert_found(store, HALL, Some((&first, 2)), &format!("{whose}: {why}"));
    }
}

fn writes_down_everything(whose: &str, store: &impl Rooms) {
    for id in [RoomId(0), RoomId(u64::MAX), RoomId(1 << 63)] {
        let saved = store.save(id, &odd(), Version(0));
        assert_eq!(saved, Ok(Saved::Yes), "{whose}: room {} is saved", id.0);
        assert_found(
            store,
            id,
            Some((&odd(), 1)),
            &format!("{whose}: large numbers, minutes before 1970, titles with marks of all kinds"),
        );
    }
}

fn keeps_rooms_apart(whose: &str, store: &impl Rooms) {
    let (one, two) = (room(), odd());
    let _ = store.save(RoomId(1), &one, Version(0));
    let _ = store.save(RoomId(2), &two, Version(0));
    let _ = store.save(RoomId(2), &two, Version(1));
    assert_found(
        store,
        RoomId(1),
        Some((&one, 1)),
        &format!("{whose}: room 2 was saved twice"),
    );
    assert_found(
        store,
        RoomId(2),
        Some((&two, 2)),
        &format!("{whose}: it was saved twice"),
    );
    assert_found(
        store,
        RoomId(3),
        None,
        &format!("{whose}: rooms 1 and 2 were saved"),
    );
}

/// Four threads appoint five people each, as the desk does it.
fn loses_nothing_in_a_race<S: Rooms + Sync>(whose: &str, store: &S) {
    const PEOPLE: u64 = 5;
    let saved = store.save(HALL, &Room::found(ADA), Version(0));
    assert_eq!(saved, Ok(Saved::Yes), "{whose}: a new room");
    std::thread::scope(|scope| {
        for thread in 1..5_u64 {
            scope.spawn(move || {
                for person in 0..PEOPLE {
                    let user = UserId(thread * 100 + person);
                    loop {
                        let found = store.find(HALL).expect("it answers");
                        let (mut hall, seen) = found.expect("the room is there");
                        hall.appoint(ADA, user, Some(Role::Guest), NINE)
                            .expect("Ada is the owner");
                        if store.save(HALL, &hall, seen) == Ok(Saved::Yes) {
                            break;
                        }
                    }
                }
            });
        }
    });
    let (hall, version) = store.find(HALL).expect("it answers").expect("it is there");
    assert_eq!(
        (hall.snapshot().roles.len(), version),
        (21, Version(21)),
        "{whose}: people and version after four threads have appointed five guests each, and each one was told `Yes`"
    );
}
