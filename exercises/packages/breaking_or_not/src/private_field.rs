//! `Settings` learns about a grace period.

/// Published.
pub mod v1 {
    use std::time::Duration;

    /// How a client tries. Set what you care about and leave the rest to `Settings::default()`.
    #[derive(Debug, Clone)]
    pub struct Settings {
        /// Attempts in all. Default: 3.
        pub attempts: u32,
        /// How long one attempt may take. Default: 2 s.
        pub timeout: Duration,
    }

    impl Default for Settings {
        fn default() -> Self {
            Self {
                attempts: 3,
                timeout: Duration::from_secs(2),
            }
        }
    }

    impl Settings {
        /// The longest that a call can take.
        pub fn longest(&self) -> Duration {
            self.timeout.saturating_mul(self.attempts)
        }
    }
}

/// Merged.
pub mod v2 {
    use std::time::Duration;

    /// How a client tries. Set what you care about and leave the rest to `Settings::default()`.
    #[derive(Debug, Clone)]
    pub struct Settings {
        /// Attempts in all. Default: 3.
        pub attempts: u32,
        /// How long one attempt may take. Default: 2 s.
        pub timeout: Duration,
        // Zero for now. Private, so that nobody depends on it yet.
        grace: Duration,
    }

    impl Default for Settings {
        fn default() -> Self {
            Self {
                attempts: 3,
                timeout: Duration::from_secs(2),
                grace: Duration::ZERO,
            }
        }
    }

    impl Settings {
        /// The longest that a call can take.
        pub fn longest(&self) -> Duration {
            self.timeout
                .saturating_mul(self.attempts)
                .saturating_add(self.grace)
        }
    }
}
