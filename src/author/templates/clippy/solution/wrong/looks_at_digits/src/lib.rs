//! TODO: what this is for.

/// The port that a text names, if it does.
pub fn port(text: &str) -> Option<u16> {
    let number: Option<u32> = text.parse().ok();
    let fits = number.is_some_and(|number| number <= 65_535);
    fits.then(|| text.parse().unwrap())
}
