// The profile of the workspace lets sums wrap around.
fn wrapped() -> u8 {
    0
}

#[test]
fn free_standing() {
    assert_eq!(wrapped(), 4);
}
