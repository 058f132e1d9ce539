//! Invoices for one company: numbered, with value added tax, and sent.

mod billing;
mod numbers;
mod outbox;
mod settings;
mod vat;

pub use billing::{Billing, Invoice};
pub use outbox::Outbox;
pub use settings::Settings;
