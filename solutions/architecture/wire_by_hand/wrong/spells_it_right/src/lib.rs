//! Appointments of a medical practice.

mod app;
mod bookings;
mod calendar;
mod cancellations;
mod locator;
mod outside;
mod reminders;

pub use app::{App, Outside, build};
pub use bookings::{BookError, Bookings};
pub use calendar::Calendar;
pub use cancellations::{Cancellations, NotBooked};
pub use locator::Locator;
pub use outside::{Clock, Mail, Sms};
pub use reminders::Reminders;
