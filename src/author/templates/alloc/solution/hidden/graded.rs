#[test]
fn adds_up_others() {
    let sum = {id}::total("40 2");
    assert_eq!(sum, 42, "40 and 2");
}
