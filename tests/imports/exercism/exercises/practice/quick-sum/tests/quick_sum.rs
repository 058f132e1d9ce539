#[test]
fn sums_wrap_as_in_a_release() {
    assert!(quick_sum::is_release());
    assert_eq!(quick_sum::sum(250, 10), 4);
}
