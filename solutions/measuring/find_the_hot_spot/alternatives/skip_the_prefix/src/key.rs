//! API keys.

use std::hash::{Hash, Hasher};

/// What a key may begin with.
const PREFIXES: [&str; 2] = ["live_", "test_"];

/// A secret that stands for a tenant: `live_` or `test_`, and 32 random characters. The scheme before
/// had the random characters only; its keys are still in use.
#[derive(Debug, Clone)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key as a client sends it, whether anybody has it or not.
    pub fn new(text: &str) -> Self {
        ApiKey(text.to_owned())
    }

    fn random_part(&self) -> &str {
        let prefix = PREFIXES
            .iter()
            .find_map(|prefix| self.0.strip_prefix(prefix));
        prefix.unwrap_or(&self.0)
    }
}

impl PartialEq for ApiKey {
    /// Looks at every byte, wherever the first difference is: the time that it takes must not tell an
    /// attacker how much of a guess is right. Not to be inlined, or the optimiser could leave early.
    #[inline(never)]
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (self.0.as_bytes(), other.0.as_bytes());
        let difference = one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b));
        difference == 0 && one.len() == other.len()
    }
}

impl Eq for ApiKey {}

impl Hash for ApiKey {
    /// What tells keys apart. Two keys with the same random part and another prefix would be compared, and
    /// there are at most three of those.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.random_part().hash(state);
    }
}
