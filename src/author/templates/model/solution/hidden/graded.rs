#[test]
fn each_visit_counts() {
    let visits = {id}::Visits::from(0);
    for _ in 0..10 {
        visits.add();
    }
    assert_eq!(visits.count(), 10, "ten visits");
}
