//! The parts, put together: the one place that knows all of them.

use std::rc::Rc;

use crate::bookings::Bookings;
use crate::calendar::Calendar;
use crate::cancellations::Cancellations;
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
    pub bookings: Bookings,
    pub reminders: Reminders,
    pub cancellations: Cancellations,
}

/// Puts the service together. Read from top to bottom, this is the picture of it: what is made first needs
/// nothing of what comes below, so there can be no cycle.
pub fn build(outside: Outside) -> App {
    let Outside { clock, mail, sms } = outside;
    // One, for all three: which parts share something is decided here and nowhere else.
    let calendar = Rc::new(Calendar::default());
    App {
        bookings: Bookings::new(calendar.clone(), mail.clone(), clock.clone()),
        reminders: Reminders::new(calendar.clone(), sms.clone(), clock.clone()),
        cancellations: Cancellations::new(calendar, mail, sms, clock),
    }
}
