use {id}::contains;

#[test]
fn nothing_is_in_nothing() {
    assert!(!contains(&[], 1), "an empty list");
    assert!(contains(&[1], 1), "a list of one");
}
