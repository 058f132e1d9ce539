/// The shares of a bill.
pub fn split(cents: u64, people: u64) -> Vec<u64> {
    let share = |person| {
        let rest = u64::from(person < cents % people);
        cents / people + rest
    };
    (0..people).map(share).collect()
}
