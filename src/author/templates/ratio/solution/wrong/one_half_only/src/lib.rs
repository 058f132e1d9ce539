//! TODO: what this is for.

/// Whether a value is in a sorted list.
pub fn contains(sorted: &[u64], value: u64) -> bool {
    sorted[..sorted.len() / 2].binary_search(&value).is_ok()
}
