//! The parts, put together.

use std::rc::Rc;

use crate::bookings::Bookings;
use crate::calendar::Calendar;
use crate::cancellations::Cancellations;
use crate::locator::Locator;
use crate::outside::{Clock, Mail, Sms};
use crate::reminders::Reminders;

/// What the world lends us.
pub struct Outside {
    pub clock: Rc<dyn Clock>,
    pub mail: Rc<dyn Mail>,
    pub sms: Rc<dyn Sms>,
}

/// The service.
pub struct App {
    pub bookings: Rc<Bookings>,
    pub reminders: Rc<Reminders>,
    pub cancellations: Rc<Cancellations>,
}

/// Puts the service together.
pub fn build(outside: Outside) -> App {
    let locator = Rc::new(Locator::default());
    locator.register("clock", outside.clock);
    locator.register("mail", outside.mail);
    locator.register("sms", outside.sms);
    locator.register("calendar", Rc::new(Calendar::default()));
    App {
        bookings: Rc::new(Bookings::new(locator.clone())),
        reminders: Rc::new(Reminders::new(locator.clone())),
        cancellations: Rc::new(Cancellations::new(locator)),
    }
}
