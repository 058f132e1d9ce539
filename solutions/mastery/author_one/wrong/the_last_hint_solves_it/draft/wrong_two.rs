/// The shares of a bill.
pub fn split(cents: u64, people: u64) -> Vec<u64> {
    let share = |person| cents / people + u64::from(person < cents % people);
    // A line of 0.00 looks odd.
    (0..people).map(share).filter(|share| *share > 0).collect()
}
