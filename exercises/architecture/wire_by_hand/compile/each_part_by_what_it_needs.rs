//! Each part with what it needs, and with nothing else: what a test of one part looks like.

use std::rc::Rc;

use wire_by_hand::{Bookings, Calendar, Cancellations, Clock, Mail, Reminders, Sms};

struct Still;

impl Clock for Still {
    fn hour(&self) -> u64 {
        100
    }
}

impl Mail for Still {
    fn send(&self, _: &str, _: &str) {}
}

impl Sms for Still {
    fn send(&self, _: &str, _: &str) {}
}

fn main() {
    let calendar = Rc::new(Calendar::default());
    let bookings = Bookings::new(calendar.clone(), Rc::new(Still), Rc::new(Still));
    println!("{:?}", bookings.book(101, "ada"));

    let reminders = Reminders::new(calendar.clone(), Rc::new(Still), Rc::new(Still));
    println!("{}", reminders.send());

    let (mail, sms, clock) = (Rc::new(Still), Rc::new(Still), Rc::new(Still));
    let cancellations = Cancellations::new(calendar, mail, sms, clock);
    println!("{:?}", cancellations.cancel(101));
}
