/// The shares of a bill.
pub fn split(cents: u64, people: u64) -> Vec<u64> {
    (0..people).map(|_| cents / people).collect()
}
