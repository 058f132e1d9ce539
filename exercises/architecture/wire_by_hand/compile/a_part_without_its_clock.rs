//! Forgets what bookings need to tell the past from the future.

use std::rc::Rc;

use wire_by_hand::{Bookings, Calendar, Clock, Mail};

struct Still;

impl Clock for Still {
    fn hour(&self) -> u64 {
        100
    }
}

impl Mail for Still {
    fn send(&self, _: &str, _: &str) {}
}

fn main() {
    let bookings = Bookings::new(Rc::new(Calendar::default()), Rc::new(Still));
    println!("{:?}", bookings.book(101, "ada"));
}
