#[test]
fn it_is_one() {
    assert_eq!(depends::one(), 1);
}
