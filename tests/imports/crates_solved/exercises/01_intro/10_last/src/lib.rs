// The profile of the workspace lets sums wrap around.
fn wrapped() -> u8 {
    let near = std::hint::black_box(250_u8);
    near + 10
}

#[test]
fn free_standing() {
    assert_eq!(wrapped(), 4);
}
