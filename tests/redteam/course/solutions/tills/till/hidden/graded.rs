use till::*;

#[test]
fn other_coins_are_counted_too() {
    assert_eq!(total(&[2, 2, 1]), 5, "hidden-marker-7f3a");
}

#[test]
fn the_exact_sum_leaves_nothing() {
    let same = Money { cents: 7 };
    assert_eq!(change(&same, &same), Some(Money { cents: 0 }));
}
