use two_by_two::multiply;

#[test]
fn the_table_holds() {
    for line in include_str!("data/table.txt").lines() {
        let numbers: Vec<u32> = line.split(' ').map(|it| it.parse().unwrap()).collect();
        assert_eq!(multiply(numbers[0], numbers[1]), numbers[2]);
    }
}

#[test]
#[ignore = "later"]
#[cfg(feature = "wide")]
fn wide_ones() {
    assert_eq!(two_by_two::wide(1 << 40, 2), 1 << 41);
}
