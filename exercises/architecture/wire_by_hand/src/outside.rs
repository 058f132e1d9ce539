//! What the service needs of the world. Not yours to change.

/// Tells the time.
pub trait Clock {
    /// Hours since some day in the past.
    fn hour(&self) -> u64;
}

/// Letters to patients.
pub trait Mail {
    fn send(&self, patient: &str, text: &str);
}

/// Short messages, to patients and to the front desk.
pub trait Sms {
    fn send(&self, to: &str, text: &str);
}
