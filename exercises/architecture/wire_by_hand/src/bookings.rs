//! Appointments are made.

use std::rc::Rc;

use crate::calendar::Calendar;
use crate::locator::Locator;
use crate::outside::{Clock, Mail};

/// Why there is no appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookError {
    Past,
    Taken,
}

/// Makes appointments.
pub struct Bookings {
    locator: Rc<Locator>,
}

impl Bookings {
    pub fn new(locator: Rc<Locator>) -> Self {
        Bookings { locator }
    }

    /// Takes an hour for a patient, and mails a confirmation.
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn book(&self, hour: u64, patient: &str) -> Result<(), BookError> {
        let clock: Rc<dyn Clock> = self.locator.get("clock");
        if hour <= clock.hour() {
            return Err(BookError::Past);
        }
        let calendar: Rc<Calendar> = self.locator.get_or("calendar", Rc::default);
        if !calendar.take(hour, patient) {
            return Err(BookError::Taken);
        }
        let mail: Rc<dyn Mail> = self.locator.get("mail");
        mail.send(patient, &format!("booked: hour {hour}"));
        Ok(())
    }
}
