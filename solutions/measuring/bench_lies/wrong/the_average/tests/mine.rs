//! What a table costs, in pages read.

use bench_lies::Table;

/// Far more pages than are kept in memory, and gaps between the keys, so that there is something to miss.
const ENTRIES: u64 = 10_000;

/// The number of a key is its place.
fn table() -> Table {
    let entries: Vec<(u64, u64)> = (0..ENTRIES).map(|n| (n * 10, n)).collect();
    Table::build(&entries)
}

/// How many pages one call reads, and what it finds. What prepares it is outside.
fn reads<T>(table: &Table, call: impl FnOnce() -> T) -> (T, u64) {
    let before = table.reads();
    let found = call();
    (found, table.reads() - before)
}

#[test]
fn a_get_reads_at_most_one_page() {
    let table = table();
    let calls = 20_000;
    // The first round warms up.
    let gets = || {
        (0..calls)
            .filter(|n| table.get(n * 7_919 % 100_000).is_some())
            .count()
    };
    gets();
    let (found, reads) = reads(&table, gets);
    assert!(found > 1_000, "{found} found");
    let average = reads as f64 / calls as f64;
    assert!(average < 1.25, "{average} pages for a get");
}

/// Eight keys that are on eight pages, however large pages are, in turn.
#[test]
fn eight_pages_stay_in_memory() {
    let table = table();
    let hot = || (0..8).map(|n| table.get(n * ENTRIES)).collect::<Vec<_>>();
    hot();
    let (found, reads) = reads(&table, || {
        (1..50).for_each(|_| drop(hot()));
        hot()
    });
    assert_eq!(found, (0..8).map(|n| Some(n * 1_000)).collect::<Vec<_>>());
    assert_eq!(
        reads, 0,
        "pages for 400 gets on eight pages that are in memory"
    );
}

#[test]
fn a_range_reads_what_is_taken_from_it() {
    let table = table();
    for (from, count) in [(0, 10), (50_005, 10), (99_000, 100), (30_000, 3_000)] {
        table.forget();
        let (mut range, at_first) = reads(&table, || table.range(from));
        assert_eq!(at_first, 0, "pages before anything is taken from {from}");
        let (numbers, reads) = reads(&table, || {
            let taken = range.by_ref().take(count as usize);
            taken.map(|(_, number)| number).collect::<Vec<_>>()
        });
        let first = from.div_ceil(10);
        assert_eq!(numbers, (first..first + count).collect::<Vec<_>>());
        // One more because it may begin in the middle of a page, and one because it may end there.
        assert!(
            reads <= count / 50 + 2,
            "{reads} pages for {count} entries from {from}"
        );
    }
}

/// A scan is never alone on a table.
#[test]
fn a_range_reads_each_page_once_beside_other_calls() {
    let table = table();
    let mut range = table.range(0);
    let mut of_range = 0;
    for n in 0..500 {
        let (entry, reads) = reads(&table, || range.next());
        assert_eq!(entry, Some((n * 10, n)));
        of_range += reads;
        // Others push its page out of memory.
        for other in 0..20 {
            table.get(other * 5_000);
        }
    }
    assert!(of_range <= 500 / 50 + 2, "{of_range} pages for 500 entries");
}
