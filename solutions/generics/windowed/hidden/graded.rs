//! The same promises with other sources.

use std::iter;

use windowed::PairsExt;

#[test]
fn pairs_of_pairs_work() {
    let second: Vec<i64> = [1_i64, 4, 9, 16, 25]
        .into_iter()
        .pairs_by(|a, b| b - a)
        .pairs_by(|a, b| b - a)
        .rev()
        .collect();
    assert_eq!(second, [2, 2, 2]);
}

#[test]
fn endless_sources_have_hints_without_an_end() {
    let mut pairs = iter::repeat(7_u8).pairs_by(|a, b| a == b);
    assert_eq!(pairs.size_hint().1, None);
    assert!(pairs.by_ref().take(5).all(|same| same));
    assert!(pairs.size_hint().0 >= usize::MAX - 1);
}

#[test]
fn items_need_no_traits() {
    struct Plain(u8);
    let mut calls = 0;
    let sums: Vec<u8> = [Plain(1), Plain(2), Plain(3)]
        .into_iter()
        .pairs_by(|a, b| {
            calls += 1;
            a.0 + b.0
        })
        .collect();
    assert_eq!((sums, calls), (vec![3, 5], 2));
}
