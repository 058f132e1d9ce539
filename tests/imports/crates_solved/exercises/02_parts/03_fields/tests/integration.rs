#[test]
fn it_is_four() {
    let expected: u32 = include_str!("../data/four.txt").trim().parse().unwrap();
    assert_eq!(fields_03::four(), expected);
}
