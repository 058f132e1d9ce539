//! TODO: what this is for.

/// The port that a text names, if it does.
pub fn port(text: &str) -> Option<u16> {
    let is_number = text.parse::<u16>().is_ok();
    is_number.then(|| text.parse().unwrap())
}
