//! Why somebody is not let in.

use std::error::Error;
use std::fmt;

use crate::domain::InvalidName;
use crate::ports::StoreError;

/// Why somebody is not let in. No variant has what they sent.
#[derive(Debug)]
pub enum AccountError {
    /// No account can have that name.
    Name(InvalidName),
    /// The password is too short or too long.
    Password,
    /// There is an account of that name.
    Taken,
    /// Name and password do not belong together. Whether there is such a name is not said.
    Refused,
    /// The refresh token is good for nothing: used, withdrawn, expired, or none of ours.
    Over,
    /// Too many passwords wait to be hashed.
    Busy,
    /// It is not their fault.
    Store(StoreError),
}

impl fmt::Display for AccountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(invalid) => invalid.fmt(f),
            Self::Password => f.write_str("a password has from 12 to 256 characters"),
            Self::Taken => f.write_str("there is an account of that name"),
            Self::Refused => f.write_str("name and password do not belong together"),
            Self::Over => f.write_str("the session is over"),
            Self::Busy => f.write_str("too many others are signing in"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl Error for AccountError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            // What is inside speaks for itself in `Display`: its own cause is the next.
            Self::Name(invalid) => invalid.source(),
            Self::Store(error) => error.source(),
            Self::Password | Self::Taken | Self::Refused | Self::Over | Self::Busy => None,
        }
    }
}

impl From<InvalidName> for AccountError {
    fn from(invalid: InvalidName) -> Self {
        Self::Name(invalid)
    }
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
