//! Medians where the starter had none, and `Medians` with the traits of the standard library.

use std::collections::VecDeque;
use std::iter;

use extension_blanket::{Median, Medians, line};

fn of_any(values: &mut dyn Iterator<Item = f64>) -> Option<f64> {
    values.median()
}

#[test]
fn any_iterator_has_its_median() {
    assert_eq!(
        "12.5 n/a 3 7"
            .split(' ')
            .filter_map(|word| word.parse::<f64>().ok())
            .median(),
        Some(7.0),
        "of 12.5, 3 and 7, parsed on the way"
    );
    assert_eq!(
        of_any(&mut (0..4_u8).map(f64::from)),
        Some(1.5),
        "of 0 to 3, behind a pointer"
    );
    let mut powers = iter::successors(Some(1.0), |power| Some(power * 2.0));
    assert_eq!(
        (powers.by_ref().take(3).median(), powers.next()),
        (Some(2.0), Some(8.0)),
        "of the first three powers of two; the iterator goes on with the fourth"
    );
}

#[test]
fn borrowed_samples_have_their_median() {
    let window = VecDeque::from([5.0, 1.0, 9.0]);
    assert_eq!(
        window.iter().median(),
        Some(5.0),
        "of references to 5, 1 and 9"
    );
    assert_eq!(
        window.iter().filter(|value| **value > 1.0).median(),
        Some(7.0),
        "of those over 1"
    );
    assert_eq!([f64::NAN].iter().median(), None, "of a NaN by reference");
}

#[test]
fn medians_are_collected_and_printed() {
    let samples = [("/b", 1.0), ("/a", 2.0), ("/b", 4.0), ("/c", f64::NAN)];
    let medians: Medians = samples
        .into_iter()
        .map(|(route, millis)| (route.to_owned(), millis))
        .collect();
    assert_eq!(
        medians.to_string(),
        "/a=2 /b=2.5",
        "by route, without the one that has no median"
    );
    assert_eq!(
        line(&medians),
        medians.to_string(),
        "`line` is the same text"
    );
    assert_eq!(
        iter::empty().collect::<Medians>().to_string(),
        "",
        "no samples"
    );
}
