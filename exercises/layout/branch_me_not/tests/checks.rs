//! What the operators after the filter rely on, however it is made.

use branch_me_not::select;
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

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

fn selected(values: &[u32], from: u32, to: u32) -> Vec<u32> {
    // What another query has left.
    let mut rows = vec![7; 3];
    select(values, from, to, &mut rows);
    rows
}

#[test]
fn rows_in_the_range_are_found_in_order() {
    let values = [30, 10, 20, 10, 40, 20];
    for (from, to, rows, why) in [
        (10, 21, &[1, 2, 3, 5][..], "values from 10 to 20"),
        (
            10,
            20,
            &[1, 3],
            "the upper end is not in the range, the lower is",
        ),
        (40, 41, &[4], "one value"),
        (0, 100, &[0, 1, 2, 3, 4, 5], "all"),
        (50, 100, &[], "none is that large"),
        (20, 20, &[], "an empty range has no values"),
        (
            30,
            10,
            &[],
            "a range that ends before it begins has none either",
        ),
    ] {
        assert_eq!(
            selected(&values, from, to),
            rows,
            "the rows of {values:?} from {from} to less than {to}: {why}"
        );
    }
    let ends = [0, u32::MAX, u32::MAX - 1, 1];
    assert_eq!(selected(&ends, 0, u32::MAX), [0, 2, 3], "the largest range");
    assert_eq!(
        selected(&ends, u32::MAX, 0),
        [0_u32; 0],
        "from the largest value to less than the smallest"
    );
    assert_eq!(selected(&[], 0, 10), [0_u32; 0], "a column without rows");
}

#[test]
fn any_column_gives_what_a_plain_loop_gives() {
    let mut numbers = Numbers(3);
    for length in (0..200).chain([1_000, 1_023, 1_024, 1_025, 4_096, 5_000]) {
        let values: Vec<u32> = (0..length).map(|_| numbers.below(100)).collect();
        let (from, to) = (numbers.below(100), numbers.below(110));
        let mut expected = Vec::new();
        for (row, value) in values.iter().enumerate() {
            if (from..to).contains(value) {
                expected.push(row as u32);
            }
        }
        assert_eq!(
            selected(&values, from, to),
            expected,
            "of {length} rows those from {from} to less than {to}"
        );
    }
}

#[test]
fn the_memory_of_the_last_query_is_used_again() {
    let values: Vec<u32> = (0..5_000).collect();
    let mut rows = Vec::new();
    select(&values, 0, 5_000, &mut rows);
    let (_, tally) = measure(|| {
        for n in 0..10 {
            select(&values, n * 100, 5_000, &mut rows);
        }
    });
    assert_eq!(rows.len(), 4_100, "values from 900 on");
    assert_eq!(
        tally.allocations, 0,
        "ten more queries on the same column, into the same list"
    );
}
