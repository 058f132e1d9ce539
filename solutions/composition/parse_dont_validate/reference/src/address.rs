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

/// An email address that keeps the house rules, in its one canonical spelling.
///
/// Whoever holds one need not look at it again. There is no way to make or change one but through
/// [`parse`](Self::parse): no `Default`, no mutable access to the text, and the fields are private to
/// this module, so not even the rest of the crate can put one together by hand.
///
/// Two addresses are equal when they differ only in the white space around them and in the case of
/// the domain. The case of the local part counts: what it means is the receiving server's affair.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress {
    text: String,
    /// Where the `@` stands. Parsing finds it, so nobody has to search, and perhaps not find, again.
    at: usize,
}

impl EmailAddress {
    /// An address from what somebody typed.
    ///
    /// White space around the address is dropped and the domain becomes lower case.
    ///
    /// # Errors
    ///
    /// The first rule that `text` breaks, in the order of [`AddressError`]'s variants. The rules are
    /// the HTML standard's for `<input type=email>`, plus the mail server's limits and a second label
    /// in the domain. They leave out quoted local parts on purpose: nobody types one, and they
    /// are where attacks hide.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.len() > MOST_BYTES {
            return Err(AddressError::TooLong { bytes: text.len() });
        }
        if let Some(character) = text.chars().find(|&c| !is_allowed(c)) {
            return Err(AddressError::BadCharacter { character });
        }
        let (local, domain) = match text.split_once('@') {
            Some((local, domain)) if !domain.contains('@') => (local, domain),
            _ => {
                let found = text.matches('@').count();
                return Err(AddressError::AtSigns { found });
            }
        };
        if !(1..=MOST_LOCAL_BYTES).contains(&local.len()) {
            return Err(AddressError::LocalPart { bytes: local.len() });
        }
        if !is_domain(domain) {
            return Err(AddressError::Domain {
                domain: domain.to_owned(),
            });
        }
        Ok(Self {
            text: format!("{local}@{}", domain.to_ascii_lowercase()),
            at: local.len(),
        })
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands after the `@`, in lower case.
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }

    /// The same mailbox with a tag, as in `ada+weekly@example.com`, so that replies and bounces tell
    /// which list they belong to.
    ///
    /// # Errors
    ///
    /// The rule that the tagged address breaks. A good address and any tag may make a bad address:
    /// too long, or with a second `@`. So the result goes through the parser like any other text.
    pub fn with_tag(&self, tag: &str) -> Result<Self, AddressError> {
        let local = &self.text[..self.at];
        Self::parse(&format!("{local}+{tag}@{}", self.domain()))
    }
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

// The standard's doors, for `text.parse()`, for argument parsers and for deserialisers. Each one is
// `parse` by another name: a second implementation would be a second opinion.
impl FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
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
