//! Appointments are given up.

use std::rc::Rc;

use crate::calendar::Calendar;
use crate::outside::{Clock, Mail, Sms};

/// There is no appointment at this hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotBooked;

/// Cancels appointments.
pub struct Cancellations {
    calendar: Rc<Calendar>,
    mail: Rc<dyn Mail>,
    sms: Rc<dyn Sms>,
    clock: Rc<dyn Clock>,
}

impl Cancellations {
    pub fn new(
        calendar: Rc<Calendar>,
        mail: Rc<dyn Mail>,
        sms: Rc<dyn Sms>,
        clock: Rc<dyn Clock>,
    ) -> Self {
        Cancellations {
            calendar,
            mail,
            sms,
            clock,
        }
    }

    /// Frees an hour and mails the patient. Within 24 hours of it, the front desk gets a message too.
    ///
    /// # Errors
    ///
    /// There is no appointment.
    pub fn cancel(&self, hour: u64) -> Result<(), NotBooked> {
        let patient = self.calendar.free(hour).ok_or(NotBooked)?;
        self.mail.send(&patient, &format!("cancelled: hour {hour}"));
        if hour <= self.clock.hour() + 24 {
            self.sms.send("desk", &format!("free: hour {hour}"));
        }
        Ok(())
    }
}
