//! TODO: what this is for.

/// The port that a text names, if it does.
pub fn port(text: &str) -> Option<u16> {
    text.parse().ok()
}
