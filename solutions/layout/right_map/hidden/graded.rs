//! The same promises at other values.

use right_map::{ArticleId, Catalogue, Line, Order};

#[test]
fn many_countries_are_known_too() {
    let names: Vec<String> = (0..60)
        .map(|n| format!("{}{}", char::from(b'A' + n % 26), n / 26))
        .collect();
    let shipping = names
        .iter()
        .zip(1..)
        .map(|(name, cents)| (name.as_str(), cents));
    let catalogue = Catalogue::new([], shipping.clone().chain([("A0", 99)]));
    for (name, cents) in shipping {
        let order = Order {
            country: name,
            lines: &[],
        };
        let expected = if name == "A0" { 99 } else { u64::from(cents) };
        assert_eq!(
            catalogue.total(&order),
            Some(expected),
            "shipping to {name}"
        );
    }
}

#[test]
fn numbers_of_any_shape_are_told_apart() {
    // One bit set, all but one, and the same number with another machine.
    let numbers = (0..64).map(|n| 1_u64 << n);
    let numbers: Vec<u64> = numbers
        .clone()
        .chain(numbers.map(|n| !n))
        .chain([0, u64::MAX])
        .collect();
    let mut catalogue = Catalogue::new([], [("DE", 0)]);
    for (&number, cents) in numbers.iter().zip(1..) {
        catalogue.set_price(ArticleId(number), cents);
    }
    for (&number, cents) in numbers.iter().zip(1_u32..) {
        let line = Line {
            article: ArticleId(number),
            count: 3,
        };
        let order = Order {
            country: "DE",
            lines: &[line, line],
        };
        assert_eq!(
            catalogue.total(&order),
            Some(u64::from(cents) * 6),
            "article {number:#x}"
        );
    }
}
