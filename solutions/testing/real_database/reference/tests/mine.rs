//! The tests of the seats, on the database that they are kept in.

mod support;

use real_database::{Refused, Seats};
use support::{Fresh, fresh};

/// Two shows of twelve seats.
fn two_shows() -> Fresh {
    let mut theatre = fresh();
    for show in [1, 2] {
        let added = theatre.seats().add_show(show, 12);
        added.expect("a new show");
    }
    theatre
}

fn taken(seats: &dyn Seats, show: u32) -> Vec<String> {
    let line = |(seat, guest)| format!("{seat} {guest}");
    seats.taken(show).into_iter().map(line).collect()
}

#[test]
fn a_seat_is_booked_once() {
    let mut theatre = two_shows();
    let seats = theatre.seats();
    assert_eq!(seats.book(1, 7, "Ada"), Ok(()));
    assert_eq!(seats.book(1, 7, "Bob"), Err(Refused::Taken));
    assert_eq!(seats.book(1, 7, "Ada"), Err(Refused::Taken));
    assert_eq!(seats.book(2, 7, "Bob"), Ok(()), "another show");
    assert_eq!(taken(seats, 1), ["7 Ada"]);
}

#[test]
fn only_seats_of_shows_are_booked() {
    let mut theatre = two_shows();
    let seats = theatre.seats();
    for (show, seat) in [(3, 1), (1, 0), (1, 13)] {
        assert_eq!(seats.book(show, seat, "Ada"), Err(Refused::Unknown));
        assert_eq!(taken(seats, show), [""; 0], "{show}, {seat}");
    }
    assert_eq!(seats.book(1, 1, "Ada"), Ok(()), "the first");
    assert_eq!(seats.book(1, 12, "Ada"), Ok(()), "the last");
}

#[test]
fn a_show_is_added_once() {
    let mut theatre = two_shows();
    let seats = theatre.seats();
    assert_eq!(seats.add_show(1, 1_000), Err(Refused::Taken));
    assert_eq!(seats.book(1, 13, "Ada"), Err(Refused::Unknown), "still 12");
}

#[test]
fn seats_are_listed_from_the_lowest() {
    let mut theatre = two_shows();
    let seats = theatre.seats();
    for seat in [10, 2, 1] {
        seats.book(1, seat, "Ada").expect("a free seat");
    }
    assert_eq!(taken(seats, 1), ["1 Ada", "2 Ada", "10 Ada"]);
}

#[test]
fn guests_have_any_names() {
    let names = ["O'Hara", "", "50 %", "_da", "Ada", "ada", "Ädä", "007"];
    let mut theatre = two_shows();
    let seats = theatre.seats();
    for (seat, name) in (1..).zip(names) {
        seats.book(1, seat, name).expect("a free seat");
        seats.book(2, seat, name).expect("a free seat");
    }
    for (gone, name) in (1..).zip(names) {
        assert_eq!(seats.taken(1)[0].1, name);
        assert_eq!(seats.cancel(1, name), 1, "one seat of `{name}`");
        assert_eq!(seats.taken(1).len(), names.len() - gone, "`{name}`");
    }
    assert_eq!(seats.taken(2).len(), names.len(), "another show");
}

#[test]
fn who_rebooks_has_one_seat_before_and_after() {
    let mut theatre = two_shows();
    let seats = theatre.seats();
    seats.book(1, 7, "Ada").expect("a free seat");
    seats.book(2, 3, "Bob").expect("a free seat");
    for (from, to, why) in [
        ((1, 7), (2, 3), Refused::Taken),
        ((1, 7), (3, 1), Refused::Unknown),
        ((2, 3), (2, 4), Refused::Unknown),
    ] {
        assert_eq!(seats.rebook(from, to, "Ada"), Err(why));
        assert_eq!(taken(seats, 1), ["7 Ada"], "{to:?}");
        assert_eq!(taken(seats, 2), ["3 Bob"], "{to:?}");
    }
    assert_eq!(seats.rebook((1, 7), (2, 4), "Ada"), Ok(()));
    assert_eq!(taken(seats, 1), [""; 0]);
    assert_eq!(taken(seats, 2), ["3 Bob", "4 Ada"]);
}

#[test]
fn what_was_done_is_done_after_a_restart() {
    let mut theatre = two_shows();
    theatre.seats().book(1, 7, "Ada").expect("a free seat");
    let moved = theatre.seats().rebook((1, 7), (2, 8), "Ada");
    moved.expect("another free seat");

    let mut theatre = theatre.restarted();
    let seats = theatre.seats();
    assert_eq!(taken(seats, 2), ["8 Ada"]);
    assert_eq!(seats.book(2, 8, "Bob"), Err(Refused::Taken));
    assert_eq!(seats.book(9, 1, "Bob"), Err(Refused::Unknown));
}
