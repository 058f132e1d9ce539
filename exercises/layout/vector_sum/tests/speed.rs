//! How long it takes to compare a question with 50 texts.

use std::hint::black_box;

use vector_sum::dot;

const DIMENSIONS: usize = 768;

fn vector(seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut number = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..DIMENSIONS).map(|_| number()).collect()
}

#[test]
fn fifty_texts() {
    let question = vector(1);
    let texts: Vec<Vec<f32>> = (2..52).map(vector).collect();
    probes::speed::report("fifty_texts", || {
        let alike = black_box(&texts)
            .iter()
            .map(|text| dot(black_box(&question), text));
        alike.fold(f32::MIN, f32::max)
    });
}
