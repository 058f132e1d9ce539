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
    rows.clear();
    for (row, &value) in (0..).zip(values) {
        if from <= value && value < to {
            rows.push(row);
        }
    }
}
