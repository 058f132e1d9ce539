//! The same promises at other values.

use std::cell::Cell;
use std::rc::Rc;

use wire_by_hand::{Bookings, Calendar, Cancellations, Clock, Mail, Reminders, Sms};

/// Counts what goes out.
#[derive(Default)]
struct Counting(Cell<usize>);

impl Clock for Counting {
    fn hour(&self) -> u64 {
        1_000
    }
}

impl Mail for Counting {
    fn send(&self, _: &str, _: &str) {
        self.0.set(self.0.get() + 1);
    }
}

impl Sms for Counting {
    fn send(&self, _: &str, _: &str) {
        self.0.set(self.0.get() + 100);
    }
}

#[test]
fn the_calendar_that_a_test_made_is_the_one_in_use() {
    let calendar = Rc::new(Calendar::default());
    let out = Rc::new(Counting::default());
    calendar.take(1_001, "ada");
    let reminders = Reminders::new(calendar.clone(), out.clone(), out.clone());
    assert_eq!(
        (reminders.send(), out.0.take()),
        (1, 100),
        "ada is in the calendar"
    );

    let cancellations = Cancellations::new(calendar.clone(), out.clone(), out.clone(), out.clone());
    assert_eq!(cancellations.cancel(1_001), Ok(()));
    assert_eq!(
        out.0.take(),
        101,
        "a mail to ada, and a message to the desk"
    );

    let bookings = Bookings::new(calendar.clone(), out.clone(), out.clone());
    assert_eq!(bookings.book(1_024, "bob"), Ok(()));
    assert_eq!(out.0.take(), 1, "a mail to bob");
    let booked = [(1_024, "bob".to_owned())];
    assert_eq!(
        calendar.between(0, 9_999),
        booked,
        "ada's is free, bob's is taken"
    );
}
