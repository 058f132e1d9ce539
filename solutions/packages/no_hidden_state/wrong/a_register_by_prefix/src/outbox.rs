//! Where invoices go.

/// Sends letters.
pub trait Outbox: Send {
    /// Sends one.
    fn send(&mut self, letter: &str);
}
