//! The tests of the seats. They are yours.

mod support;

use real_database::Refused;
use support::fresh;

#[test]
fn a_seat_is_booked_once() {
    let mut theatre = fresh();
    let seats = theatre.seats();
    seats.add_show(1, 12).expect("a new show");
    assert_eq!(seats.book(1, 7, "Ada"), Ok(()));
    assert_eq!(seats.book(1, 7, "Bob"), Err(Refused::Taken));
    assert_eq!(seats.book(2, 7, "Bob"), Err(Refused::Unknown));
    assert_eq!(seats.taken(1), [(7, "Ada".to_owned())]);
}

#[test]
fn who_cancels_has_no_seat() {
    let mut theatre = fresh().restarted();
    let seats = theatre.seats();
    seats.add_show(1, 12).expect("a new show");
    seats.book(1, 7, "Ada").expect("a free seat");
    assert_eq!(seats.cancel(1, "Ada"), 1);
    assert_eq!(seats.taken(1), []);
}
