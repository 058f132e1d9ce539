//! The filter of a query: which rows of a column have a value in a range.

/// Finds the rows whose value is at least `from` and less than `to`, and leaves their numbers in `rows`, in
/// order. What was in `rows` before is gone, its memory is used again.
///
/// # Panics
///
/// If there are more rows than a `u32` can count.
pub fn select(values: &[u32], from: u32, to: u32, rows: &mut Vec<u32>) {
    assert!(
        u32::try_from(values.len()).is_ok(),
        "rows are counted by a u32"
    );
    let mut sorted: Vec<(u32, u32)> = values.iter().copied().zip(0..).collect();
    sorted.sort_unstable();
    let start = sorted.partition_point(|&(value, _)| value < from);
    let end = sorted.partition_point(|&(value, _)| value < to);
    rows.clear();
    rows.extend(
        sorted
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .map(|&(_, row)| row),
    );
    rows.sort_unstable();
}
