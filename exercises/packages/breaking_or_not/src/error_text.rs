//! `SendError` says what it waited for.

/// Published.
pub mod v1 {
    use std::error::Error;
    use std::fmt;

    /// Why a job was not sent.
    ///
    /// The displayed text is for people and may change in any release. Programs ask `is_timeout`.
    #[derive(Debug)]
    pub struct SendError {
        timeout: bool,
    }

    impl SendError {
        /// The queue did not answer in time.
        pub fn timed_out() -> Self {
            Self { timeout: true }
        }

        /// Whether trying again later may help.
        pub fn is_timeout(&self) -> bool {
            self.timeout
        }
    }

    impl fmt::Display for SendError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("timeout")
        }
    }

    impl Error for SendError {}
}

/// Merged.
pub mod v2 {
    use std::error::Error;
    use std::fmt;

    /// Why a job was not sent.
    ///
    /// The displayed text is for people and may change in any release. Programs ask `is_timeout`.
    #[derive(Debug)]
    pub struct SendError {
        timeout: bool,
    }

    impl SendError {
        /// The queue did not answer in time.
        pub fn timed_out() -> Self {
            Self { timeout: true }
        }

        /// Whether trying again later may help.
        pub fn is_timeout(&self) -> bool {
            self.timeout
        }
    }

    impl fmt::Display for SendError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the queue did not answer within 2 s")
        }
    }

    impl Error for SendError {}
}
