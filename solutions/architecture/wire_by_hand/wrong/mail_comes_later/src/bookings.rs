//! Appointments are made.

use std::rc::Rc;

use crate::calendar::Calendar;
use crate::outside::{Clock, Mail};

/// Why there is no appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookError {
    Past,
    Taken,
}

/// Makes appointments.
pub struct Bookings {
    calendar: Rc<Calendar>,
    mail: Option<Rc<dyn Mail>>,
    clock: Rc<dyn Clock>,
}

impl Bookings {
    pub fn new(calendar: Rc<Calendar>, clock: Rc<dyn Clock>) -> Self {
        Bookings {
            calendar,
            mail: None,
            clock,
        }
    }

    /// Where confirmations go.
    pub fn with_mail(mut self, mail: Rc<dyn Mail>) -> Self {
        self.mail = Some(mail);
        self
    }

    /// Takes an hour for a patient, and mails a confirmation.
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn book(&self, hour: u64, patient: &str) -> Result<(), BookError> {
        if hour <= self.clock.hour() {
            return Err(BookError::Past);
        }
        if !self.calendar.take(hour, patient) {
            return Err(BookError::Taken);
        }
        if let Some(mail) = &self.mail {
            mail.send(patient, &format!("booked: hour {hour}"));
        }
        Ok(())
    }
}
