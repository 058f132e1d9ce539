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
    let mut first = 0;
    for block in values.chunks(64) {
        // One bit for each row, without asking about any.
        let mut bits = 0_u64;
        for (n, &value) in block.iter().enumerate() {
            bits |= u64::from((from <= value) & (value < to)) << n;
        }
        // From one row that is in the range to the next: one guess for each row found, and mostly right.
        while bits != 0 {
            rows.push(first + bits.trailing_zeros());
            bits &= bits - 1;
        }
        first += 64;
    }
}
