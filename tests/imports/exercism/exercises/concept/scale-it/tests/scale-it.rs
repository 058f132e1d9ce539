use scale_it::scale;

#[test]
fn one() {
    assert_eq!(scale(1), 10);
}

#[test]
#[ignore]
fn twelve() {
    assert_eq!(scale(12), 120);
}
