//! Patients are reminded.

use std::rc::Rc;

use crate::calendar::Calendar;
use crate::outside::{Clock, Sms};

/// Reminds patients.
pub struct Reminders {
    calendar: Rc<Calendar>,
    sms: Rc<dyn Sms>,
    clock: Rc<dyn Clock>,
}

impl Reminders {
    pub fn new(calendar: Rc<Calendar>, sms: Rc<dyn Sms>, clock: Rc<dyn Clock>) -> Self {
        Reminders {
            calendar,
            sms,
            clock,
        }
    }

    /// Sends a message to everybody who comes within the next 24 hours. Returns to how many.
    pub fn send(&self) -> usize {
        let now = self.clock.hour();
        let due = self.calendar.between(now + 1, now + 24);
        for (hour, patient) in &due {
            self.sms.send(patient, &format!("soon: hour {hour}"));
        }
        due.len()
    }
}
