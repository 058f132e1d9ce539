#[test]
fn answers() {
    assert_eq!(not_solved::answer(), 42);
}
