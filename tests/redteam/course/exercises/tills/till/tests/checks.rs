use till::*;

#[test]
fn coins_are_counted() {
    assert_eq!(total(&[10, 20, 5]), 35);
}

#[test]
fn change_comes_back() {
    let (paid, price) = (Money { cents: 500 }, Money { cents: 320 });
    assert_eq!(change(&paid, &price), Some(Money { cents: 180 }));
}
