//! Appointments are given up.

use std::rc::Rc;

use crate::calendar::Calendar;
use crate::locator::Locator;
use crate::outside::{Clock, Mail, Sms};

/// There is no appointment at this hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotBooked;

/// Cancels appointments.
pub struct Cancellations {
    locator: Rc<Locator>,
}

impl Cancellations {
    pub fn new(locator: Rc<Locator>) -> Self {
        Cancellations { locator }
    }

    /// Frees an hour and mails the patient. Within 24 hours of it, the front desk gets a message too.
    ///
    /// # Errors
    ///
    /// There is no appointment.
    pub fn cancel(&self, hour: u64) -> Result<(), NotBooked> {
        let calendar: Rc<Calendar> = self.locator.get("calendar");
        let patient = calendar.free(hour).ok_or(NotBooked)?;
        let mail: Rc<dyn Mail> = self.locator.get("mail");
        mail.send(&patient, &format!("cancelled: hour {hour}"));
        let clock: Rc<dyn Clock> = self.locator.get("clock");
        if hour <= clock.hour() + 24 {
            let desk: Rc<dyn Sms> = self.locator.get("sms");
            desk.send("desk", &format!("free: hour {hour}"));
        }
        Ok(())
    }
}
