//! TODO: what this is for.

/// The sum of the numbers in a line; a word that is no number counts as nothing.
pub fn total(line: &str) -> u64 {
    let first = line.split(' ').next().unwrap_or_default();
    first.parse().unwrap_or(0)
}
