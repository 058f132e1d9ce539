//! How long it takes to select half of a column, in which no value says anything about the next.

use std::hint::black_box;

use branch_me_not::select;

const ROWS: usize = 32_768;

/// Numbers that look random and are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (((self.0 >> 32) * u64::from(end)) >> 32) as u32
    }
}

#[test]
fn half_of_a_column() {
    let mut numbers = Numbers(41);
    let values: Vec<u32> = (0..ROWS).map(|_| numbers.below(1_000_000)).collect();
    let mut rows = Vec::with_capacity(ROWS);
    probes::speed::report("half_of_a_column", || {
        // Another range each time, so that nothing can be learnt from the last.
        let from = numbers.below(500_000);
        select(black_box(&values), from, from + 500_000, &mut rows);
        rows.len()
    });
}
