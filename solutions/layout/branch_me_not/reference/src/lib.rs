//! The filter of a query: which rows of a column have a value in a range.

/// How many rows are looked through at a time: their numbers stay in the first-level cache, and `rows` need
/// not have room for a column that is not selected.
const BLOCK: usize = 1_024;

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
    let mut found = [0; BLOCK];
    let mut row = 0;
    for block in values.chunks(BLOCK) {
        let mut count = 0;
        for &value in block {
            // Every row is written down, and the place is kept only if the row is in the range: the next one
            // overwrites it otherwise. What depends on the data is an addition, which nobody has to guess.
            found[count] = row;
            // `&` and not `&&`: that one asks the second question only after the answer to the first.
            count += usize::from((from <= value) & (value < to));
            row += 1;
        }
        rows.extend_from_slice(&found[..count]);
    }
}
