//! What the callers of today rely on.

use extension_blanket::{Median as _, line, medians};

fn sample(route: &str, millis: f64) -> (String, f64) {
    (route.to_owned(), millis)
}

#[test]
fn the_median_is_the_value_in_the_middle() {
    for (values, median, why) in [
        (vec![], None, "there is no value"),
        (vec![7.0], Some(7.0), "it is the only one"),
        (
            vec![9.0, 1.0, 5.0],
            Some(5.0),
            "sorted, it is the second of three",
        ),
        (
            vec![4.0, 1.0, 9.0, 2.0],
            Some(3.0),
            "sorted, 2 and 4 are in the middle, and 3 is their mean",
        ),
        (vec![-0.5, -8.0], Some(-4.25), "it is the mean of both"),
        (
            vec![1.0, f64::NAN, 3.0],
            None,
            "one is not a number, and has no place in an order",
        ),
        (
            vec![f64::MAX, f64::MAX],
            Some(f64::MAX),
            "their sum is no f64, and their mean is",
        ),
    ] {
        assert_eq!(
            values.clone().into_iter().median(),
            median,
            "the median of {values:?}: {why}"
        );
        assert_eq!(
            values.iter().copied().median(),
            median,
            "the median of {values:?}, borrowed and copied: {why}"
        );
    }
}

#[test]
fn the_log_has_a_line_by_route() {
    let found = medians([
        sample("/login", 3.0),
        sample("/cart", 30.0),
        sample("/cart", 10.0),
        sample("/broken", f64::NAN),
        sample("/cart", 12.5),
    ]);
    assert_eq!(
        line(&found),
        "/cart=12.5 /login=3",
        "three samples of /cart, one of /login, and one of /broken that is not a number: routes in order, and a \
         route without a median is left out"
    );
    assert_eq!(line(&medians([])), "", "no samples, no routes");
}
