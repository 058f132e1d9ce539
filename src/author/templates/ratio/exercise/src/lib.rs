//! TODO: what this is for.

/// Whether a value is in a sorted list.
pub fn contains(sorted: &[u64], value: u64) -> bool {
    sorted.iter().any(|&one| one == value)
}
