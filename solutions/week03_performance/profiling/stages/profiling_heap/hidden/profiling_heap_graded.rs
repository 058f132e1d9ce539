//! The board beside a plain list, and names in capitals.

mod support;

use probes::alloc::measure;
use profiling::{Latest, Monitor, Rules};
use support::{Deaf, MARCH, batches, rules};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

#[test]
fn the_board_is_that_of_a_plain_list() {
    let monitor = Monitor::new(Rules::default(), Deaf);
    let mut list: Vec<(String, i64, i32)> = Vec::new();
    let mut state = 0x9e37_79b9_u64;
    let mut draw = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    for _ in 0..40 {
        let mut batch = String::new();
        for _ in 0..50 {
            // Of different depths, and with names that begin alike.
            let depth = draw(4);
            let parts = (0..=depth).map(|_| ["a", "ab", "b"][draw(3) as usize]);
            let probe = parts.collect::<Vec<_>>().join("/");
            let (at, tenths) = (MARCH + draw(500) as i64, draw(400) as i32 - 200);
            batch += &format!("{probe} {at} {tenths}\n");
            list.push((probe, at, tenths));
        }
        monitor.ingest(&batch).expect("fifty readings");
    }
    let board = monitor.board();
    for (probe, ..) in &list {
        let of_probe = list.iter().filter(|(name, ..)| name == probe);
        // Of several with the newest time the last one.
        let newest = of_probe.max_by_key(|(_, at, _)| *at);
        let latest = newest.map(|&(_, at, tenths)| Latest { at, tenths });
        assert_eq!(board.latest(probe), latest, "the last reading of `{probe}`");
        for (end, _) in probe.match_indices('/').chain([(probe.len(), "")]) {
            let place = &probe[..end];
            let is_in = |name: &str| {
                let rest = name.strip_prefix(place);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let inside = list.iter().filter(|(name, ..)| is_in(name));
            assert_eq!(
                board.warmest(place),
                inside.map(|(.., tenths)| *tenths).max(),
                "the warmest of `{place}`, of which `{probe}` is a part"
            );
        }
    }
}

#[test]
fn a_name_in_capitals_is_paid_for_alone() {
    let monitor = Monitor::new(rules(), Deaf);
    let batches = batches(4, 500);
    for batch in &batches {
        monitor.ingest(batch).expect("500 readings");
    }
    let lines = batches[2].lines().enumerate();
    let some = |(n, line): (usize, &str)| match n % 50 {
        7 => line.to_uppercase() + "\n",
        _ => line.to_owned() + "\n",
    };
    let batch: String = lines.map(some).collect();
    let (alarms, tally) = measure(|| monitor.ingest(&batch));
    assert_eq!(alarms, Ok(vec![]), "nothing is too warm");
    assert!(
        tally.allocations <= 50 + 10 * 4,
        "ten of 500 names are in capitals, and the batch allocated {} times: a few for each of the ten, and none for the others",
        tally.allocations
    );
}
