//! Which keys are the same.

/// The one spelling of a key.
pub fn normalize(key: &str) -> String {
    key.trim().to_lowercase()
}
