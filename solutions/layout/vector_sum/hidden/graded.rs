//! The same promises at other values.

use vector_sum::dot;

#[test]
fn any_slice_of_a_vector_is_right() {
    // Slices begin and end anywhere: not at a multiple of anything.
    let a: Vec<f32> = (0..300).map(|n| (n * 7 % 19) as f32 - 9.0).collect();
    let b: Vec<f32> = (0..300).map(|n| (n * 5 % 11) as f32 - 5.0).collect();
    for start in 0..40 {
        for end in (start..300).step_by(3) {
            let expected: f32 = (start..end).map(|n| a[n] * b[n]).sum();
            let sum = dot(&a[start..end], &b[start..end]);
            assert_eq!(
                sum, expected,
                "pairs {start} to {end}, all of them whole numbers"
            );
        }
    }
}

#[test]
fn a_long_sum_stays_accurate() {
    let tenth = vec![0.1_f32; 1_000_000];
    let sum = dot(&tenth, &vec![1.0; 1_000_000]);
    // One sum alone drifts to 100,958, since each addition to a large sum is rounded.
    assert!(
        (sum - 100_000.0).abs() < 200.0,
        "a million tenths are {sum}"
    );
}
