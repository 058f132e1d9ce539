//! Patients are reminded.

use std::rc::Rc;

use crate::calendar::Calendar;
use crate::locator::Locator;
use crate::outside::{Clock, Sms};

/// Reminds patients.
pub struct Reminders {
    locator: Rc<Locator>,
}

impl Reminders {
    pub fn new(locator: Rc<Locator>) -> Self {
        Reminders { locator }
    }

    /// Sends a message to everybody who comes within the next 24 hours. Returns to how many.
    pub fn send(&self) -> usize {
        let clock: Rc<dyn Clock> = self.locator.get("clock");
        let calendar: Rc<Calendar> = self.locator.get("calendar");
        let now = clock.hour();
        let due = calendar.between(now + 1, now + 24);
        for (hour, patient) in &due {
            let sms: Rc<dyn Sms> = self.locator.get("sms");
            sms.send(patient, &format!("soon: hour {hour}"));
        }
        due.len()
    }
}
