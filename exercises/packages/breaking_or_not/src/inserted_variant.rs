//! `Severity` gets a step between "info" and "warning".

/// Published.
pub mod v1 {
    /// How bad an event is. More may be added.
    ///
    /// The audit log stores `severity as u8`, and keeps it for seven years.
    #[non_exhaustive]
    #[repr(u8)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Severity {
        /// For the record.
        Info,
        /// Somebody should look at it this week.
        Warning,
        /// Somebody should look at it now.
        Critical,
    }
}

/// Merged.
pub mod v2 {
    /// How bad an event is. More may be added.
    ///
    /// The audit log stores `severity as u8`, and keeps it for seven years.
    #[non_exhaustive]
    #[repr(u8)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Severity {
        /// For the record.
        Info,
        /// Worth knowing.
        Notice,
        /// Somebody should look at it this week.
        Warning,
        /// Somebody should look at it now.
        Critical,
    }
}
