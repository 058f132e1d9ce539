//! Whatever can be displayed can be a log field.

/// Published.
pub mod v1 {
    /// A value that can stand in a structured log line. Implement it for your own types.
    pub trait Field {
        /// The text of the field.
        fn field(&self) -> String;
    }

    impl Field for u64 {
        fn field(&self) -> String {
            self.to_string()
        }
    }
}

/// Merged.
pub mod v2 {
    use std::fmt::Display;

    /// A value that can stand in a structured log line. Implement it for your own types.
    pub trait Field {
        /// The text of the field.
        fn field(&self) -> String;
    }

    impl<T: Display> Field for T {
        fn field(&self) -> String {
            self.to_string()
        }
    }
}
