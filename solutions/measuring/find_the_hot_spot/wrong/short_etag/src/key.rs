//! API keys.

use std::hash::{Hash, Hasher};

/// A secret that stands for a tenant: `live_` or `test_`, and 32 random characters. The scheme before
/// had the random characters only; its keys are still in use.
#[derive(Debug, Clone)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key as a client sends it, whether anybody has it or not.
    pub fn new(text: &str) -> Self {
        ApiKey(text.to_owned())
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
    /// All of the key, which takes some 20 ns. Which part of it tells keys apart is the business of the
    /// scheme, and that has changed once already.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
