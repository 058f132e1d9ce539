//! Email addresses, and why a text is not one.
//!
//! A module of its own, because privacy in Rust is the module's: code beside the type could still write
//! its fields.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

// RFC 5321, section 4.5.3.1: a path is at most 256 octets with its two angle brackets, a local part at
// most 64. A label's limit is the domain name system's own (RFC 1035, section 2.3.4).
const MOST_BYTES: usize = 254;
const MOST_LOCAL_BYTES: usize = 64;
const MOST_LABEL_BYTES: usize = 63;

/// An email address that keeps the house rules, in its one spelling: no white space around it, and the
/// domain in lower case. Only this module can make one, and only `TryFrom<String>` does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// An address from what somebody typed, or the first rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        text.to_owned().try_into()
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.parts().1
    }

    /// The same mailbox with a tag, as in `ada+weekly@example.com`, so that replies and bounces tell
    /// which list they belong to. The tagged address has to keep the rules too.
    pub fn with_tag(&self, tag: &str) -> Result<Self, AddressError> {
        let (local, domain) = self.parts();
        format!("{local}+{tag}@{domain}").try_into()
    }

    fn parts(&self) -> (&str, &str) {
        // The panic is out of reach: one `@` is a rule, and nothing changes the text afterwards.
        self.0.split_once('@').expect("an address has one `@`")
    }
}

/// Takes the text over, and allocates only where white space has to go.
impl TryFrom<String> for EmailAddress {
    type Error = AddressError;

    fn try_from(mut text: String) -> Result<Self, AddressError> {
        let trimmed = text.trim();
        if trimmed.len() < text.len() {
            text = trimmed.to_owned();
        }
        let at = check(&text)?;
        text[at..].make_ascii_lowercase();
        Ok(Self(text))
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

/// Where the `@` stands, or the first rule that the text breaks.
fn check(text: &str) -> Result<usize, AddressError> {
    let bytes = text.len();
    if bytes == 0 {
        return Err(AddressError::Empty);
    }
    if bytes > MOST_BYTES {
        return Err(AddressError::TooLong { bytes });
    }
    if let Some(character) = text.chars().find(|&c| !is_allowed(c)) {
        return Err(AddressError::BadCharacter { character });
    }
    let signs: Vec<usize> = text.match_indices('@').map(|(at, _)| at).collect();
    let &[at] = signs.as_slice() else {
        return Err(AddressError::AtSigns { found: signs.len() });
    };
    if at == 0 || at > MOST_LOCAL_BYTES {
        return Err(AddressError::LocalPart { bytes: at });
    }
    let domain = &text[at + 1..];
    if !is_domain(domain) {
        return Err(AddressError::Domain {
            domain: domain.to_owned(),
        });
    }
    Ok(at)
}

/// The characters of the HTML standard's "valid e-mail address": enough for every address that people
/// have, and none that means something to SMTP or to a header line.
fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || "@.!#$%&'*+-/=?^_`{|}~".contains(character)
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MOST_LABEL_BYTES).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.contains('.') && text.split('.').all(is_label)
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
