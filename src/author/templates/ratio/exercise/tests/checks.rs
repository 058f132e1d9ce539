use {id}::contains;

#[test]
fn what_is_there_is_found() {
    let even: Vec<u64> = (0..1000).map(|n| n * 2).collect();
    for value in 0..2000 {
        let found = contains(&even, value);
        assert_eq!(found, value % 2 == 0, "{value}, among even numbers");
    }
}
