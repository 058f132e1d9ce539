pub const THREE: u32 = 3;

#[test]
#[ignore]
fn three_again() {
    assert_eq!(renamed_one::three(), 3);
}
