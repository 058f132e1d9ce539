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
    mail: Rc<dyn Mail>,
    clock: Rc<dyn Clock>,
}

impl Bookings {
    pub fn new(calendar: Rc<Calendar>, mail: Rc<dyn Mail>, clock: Rc<dyn Clock>) -> Self {
        Bookings {
            calendar,
            mail,
            clock,
        }
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
        self.mail.send(patient, &format!("booked: hour {hour}"));
        Ok(())
    }
}
