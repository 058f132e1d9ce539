use {id}::Visits;

#[test]
fn one_caller_is_counted_right() {
    let visits = Visits::from(40);
    visits.add();
    visits.add();
    assert_eq!(visits.count(), 42, "40 and two");
}
