//! What the search relies on, however it is added up.

use std::panic::catch_unwind;

use vector_sum::dot;

/// Numbers between -1 and 1 that look random and are the same on every machine.
fn vector(length: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut number = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..length).map(|_| number()).collect()
}

#[test]
fn every_pair_counts_once() {
    // Whole numbers this small are exact in any order.
    for length in (0..100).chain([767, 768, 769, 1_000]) {
        let a: Vec<f32> = (0..length).map(|n| (n % 13) as f32 - 6.0).collect();
        let b: Vec<f32> = (0..length).map(|n| (n % 7) as f32 + 1.0).collect();
        let expected: i32 = (0..length).map(|n| (n % 13 - 6) * (n % 7 + 1)).sum();
        assert_eq!(
            dot(&a, &b),
            expected as f32,
            "{length} pairs of small whole numbers, whose sum is exact"
        );
    }
    for at in 0..100 {
        let mut a = vec![0.0; 100];
        a[at] = 3.0;
        assert_eq!(
            dot(&a, &vec![2.0; 100]),
            6.0,
            "only pair {at} of 100 is not nought"
        );
    }
}

#[test]
fn the_order_of_adding_costs_no_accuracy() {
    for length in [3, 50, 768, 4_096] {
        let (a, b) = (vector(length, 5), vector(length, 6));
        let products = a.iter().zip(&b).map(|(&a, &b)| f64::from(a) * f64::from(b));
        let exact: f64 = products.clone().sum();
        let size: f64 = products.map(f64::abs).sum();
        let error = (f64::from(dot(&a, &b)) - exact).abs();
        assert!(
            error <= size * 1e-6,
            "{length} pairs: {} differs from {exact} by {error:e}, and products of {size} in size \
             allow a millionth of that",
            dot(&a, &b)
        );
    }
}

#[test]
fn what_is_not_finite_is_not_hidden() {
    for at in [0, 1, 15, 16, 63, 64, 69] {
        let mut a = vec![1.0; 70];
        a[at] = f32::INFINITY;
        assert_eq!(dot(&a, &[0.5; 70]), f32::INFINITY, "pair {at} is infinite");
        a[at] = f32::NAN;
        assert!(
            dot(&a, &[0.5; 70]).is_nan(),
            "pair {at} is no number, and so is the sum"
        );
    }
}

#[test]
fn two_lengths_are_refused() {
    for (a, b) in [(8, 9), (9, 8), (0, 1), (64, 65), (70, 64)] {
        let sum = catch_unwind(|| dot(&vec![1.0; a], &vec![1.0; b]));
        assert!(
            sum.is_err(),
            "{a} and {b} dimensions are of two models, and {sum:?} compares nothing"
        );
    }
}
