//! Measures the same work against itself, and against a tenth more of it, and prints the pairs: a line for each series, in it
//! `before/after` in microseconds. Run it from the course's folder:
//! `cargo run --release -p noisy_gate --example record`

use std::hint::black_box;
use std::time::Instant;

/// Series of each kind.
const SERIES: usize = 30;

/// Pairs of each series.
const PAIRS: usize = 51;

/// Steps that take some hundred microseconds.
const STEPS: u64 = 200_000;

/// Microseconds for so many steps.
fn micros(steps: u64) -> f64 {
    let begun = Instant::now();
    let mut number = black_box(1_u64);
    for step in 0..steps {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .rotate_left(17)
            ^ step;
    }
    black_box(number);
    begun.elapsed().as_nanos() as f64 / 1_000.0
}

fn main() {
    for (kind, steps) in [("equal", STEPS), ("slower", STEPS * 11 / 10)] {
        for _ in 0..SERIES {
            print!("{kind}");
            for pair in 0..PAIRS {
                // In turn, and the other one first each time.
                let (before, after) = if pair % 2 == 0 {
                    let before = micros(STEPS);
                    (before, micros(steps))
                } else {
                    let after = micros(steps);
                    (micros(STEPS), after)
                };
                print!(" {before:.1}/{after:.1}");
            }
            println!();
        }
    }
}
