//! TODO: what this is for.

/// Twice the number.
pub fn double(n: u32) -> u32 {
    n * 2
}
