mod inner;

#[test]
fn three() {
    assert_eq!(renamed_one::three(), inner::THREE);
}
