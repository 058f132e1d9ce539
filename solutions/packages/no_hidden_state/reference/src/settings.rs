//! What differs from company to company.

/// What differs from company to company.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What each number begins with.
    pub prefix: String,
    /// The number of the first invoice.
    pub first_number: u32,
    /// The value added tax.
    pub vat_percent: u64,
}
