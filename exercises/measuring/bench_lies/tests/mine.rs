//! What a table costs, in pages read. These are the benchmarks as they were found. Yours.

use bench_lies::Table;

/// How many pages each of the calls read, on average.
fn reads_per_call(table: &Table, calls: u32, work: impl Fn(u32)) -> f64 {
    // Warm up, as one does.
    for n in 0..calls {
        work(n);
    }
    let before = table.reads();
    for n in 0..calls {
        work(n);
    }
    (table.reads() - before) as f64 / f64::from(calls)
}

fn table() -> Table {
    let entries: Vec<(u64, u64)> = (0..100).map(|n| (n, n * n)).collect();
    Table::build(&entries)
}

#[test]
fn bench_get() {
    let table = table();
    let reads = reads_per_call(&table, 1_000, |_| {
        assert_eq!(table.get(42), Some(42 * 42));
    });
    assert!(reads <= 1.0, "{reads} pages for a key");
}

#[test]
fn bench_range() {
    let table = table();
    let reads = reads_per_call(&table, 1_000, |n| {
        let _ = table.range(u64::from(n % 100)).map(|(_, number)| number);
    });
    assert!(reads <= 0.1, "{reads} pages for a range");
}
