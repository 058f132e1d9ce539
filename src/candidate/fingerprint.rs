//! The identity of everything that can change a verdict.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// SHA-256 over labelled parts, as 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Builds a [`Fingerprint`]. Each part is preceded by its label and both lengths, so that no two
/// different sequences of parts give the same input to the hash.
#[derive(Default)]
pub(crate) struct Hasher(Sha256);

impl Hasher {
    pub fn part(&mut self, label: &str, bytes: &[u8]) {
        self.0.update((label.len() as u64).to_le_bytes());
        self.0.update(label);
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    pub fn file(&mut self, path: &Path, bytes: &[u8]) {
        // The separator differs between systems; the fingerprint of a submission should not.
        let label = path
            .components()
            .map(|part| part.as_os_str().to_string_lossy());
        let label = label.collect::<Vec<_>>().join("/");
        self.part(&label, bytes);
    }

    pub fn finish(self) -> Fingerprint {
        use std::fmt::Write as _;
        let mut digits = String::with_capacity(64);
        for byte in self.0.finalize() {
            // Writing to a String can't fail.
            let _ = write!(digits, "{byte:02x}");
        }
        Fingerprint(digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parts: &[(&str, &[u8])]) -> Fingerprint {
        let mut hasher = Hasher::default();
        for (label, bytes) in parts {
            hasher.part(label, bytes);
        }
        hasher.finish()
    }

    #[test]
    fn moving_a_byte_from_one_part_to_the_next_changes_it() {
        assert_ne!(
            of(&[("a", b"xy"), ("b", b"z")]),
            of(&[("a", b"x"), ("b", b"yz")])
        );
        assert_ne!(of(&[("a", b"bx")]), of(&[("ab", b"x")]));
    }

    #[test]
    fn equal_parts_give_equal_digits() {
        let once = of(&[("a", b"x")]);
        assert_eq!(once, of(&[("a", b"x")]));
        assert_eq!(once.as_str().len(), 64);
    }
}
