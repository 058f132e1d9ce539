//! What the jobs compute, and how soon they stop. What stops them happens while a row is fetched, so that it
//! is known which row that is.

use std::cell::Cell;
use std::time::{Duration, Instant};

use context_cost::{Ctx, Interrupted, Stopped, checksum, price};

/// Far away: whatever stops a job, it is not this.
fn later() -> Instant {
    Instant::now() + Duration::from_secs(3600)
}

/// What the job fetches: `fetched` counts, and before row `at` (from 1) is handed out `event` happens.
fn rows<'a>(
    rows: &'a [Vec<u8>],
    fetched: &'a Cell<u64>,
    at: u64,
    event: impl Fn() + 'a,
) -> impl Iterator<Item = &'a [u8]> {
    rows.iter().map(move |row| {
        fetched.set(fetched.get() + 1);
        if fetched.get() == at {
            event();
        }
        row.as_slice()
    })
}

/// Runs a job that is stopped while it fetches row `at`, and says how many rows it handled after that.
fn handled_after(data: &[Vec<u8>], at: u64, ctx: &Ctx, why: Stopped, event: impl Fn()) -> u64 {
    let fetched = Cell::new(0);
    match checksum(rows(data, &fetched, at, event), ctx) {
        Err(stopped) => {
            assert_eq!(stopped.why, why, "why it stopped");
            let fetched = fetched.get();
            assert!(
                stopped.rows <= fetched && fetched <= stopped.rows + 1,
                "it says that it has handled {} rows, and it has fetched {fetched}",
                stopped.rows
            );
            stopped.rows.saturating_sub(at - 1)
        }
        Ok(_) => data.len() as u64 - (at - 1),
    }
}

fn cancelled_after(data: &[Vec<u8>], at: u64) -> u64 {
    let ctx = Ctx::new(later());
    handled_after(data, at, &ctx, Stopped::Cancelled, || ctx.cancel())
}

#[test]
fn a_job_that_nobody_stops_is_complete() {
    let ctx = Ctx::new(later());
    for count in [0, 1, 1_023, 1_024, 1_025, 2_048, 5_000] {
        let data: Vec<Vec<u8>> = (0..count).map(|n| vec![(n % 251) as u8; n % 40]).collect();
        let expected: u64 = data.iter().flatten().map(|byte| u64::from(*byte)).sum();
        let fetched = Cell::new(0);
        let sum = checksum(rows(&data, &fetched, 0, || ()), &ctx);
        assert_eq!(sum, Ok(expected), "the sum over {count} rows");
        assert_eq!(fetched.get(), count as u64, "rows fetched");
    }
    let large = vec![vec![1; 200_000]; 3];
    assert_eq!(
        checksum(large.iter().map(Vec::as_slice), &ctx),
        Ok(600_000),
        "the sum over three rows of 200,000 bytes"
    );
}

#[test]
fn stopped_before_it_begins_it_fetches_nothing() {
    let cancelled = Ctx::new(later());
    cancelled.cancel();
    let late = Ctx::new(Instant::now());
    for (ctx, why) in [(cancelled, Stopped::Cancelled), (late, Stopped::Late)] {
        let data = vec![vec![1; 16]; 10];
        let fetched = Cell::new(0);
        let result = checksum(rows(&data, &fetched, 0, || ()), &ctx);
        assert_eq!(
            (result, fetched.get()),
            (Err(Interrupted { rows: 0, why }), 0),
            "the context says {why:?} from the start: not one row is fetched"
        );
    }
}

#[test]
fn a_signal_stops_the_job_within_1024_rows() {
    let data = vec![vec![7; 24]; 20_000];
    for at in [1, 2, 500, 1_023, 1_024, 1_025, 1_026, 7_777] {
        let after = cancelled_after(&data, at);
        assert!(
            after <= 1_024,
            "of 20,000 rows the job was cancelled while it fetched row {at}, and handled {after} more; it \
             must stop within 1,024"
        );
    }
}

#[test]
fn rows_without_bytes_count_too() {
    let mut data = vec![vec![]; 50_000];
    data.push(vec![1]);
    for at in [1, 1_500] {
        let after = cancelled_after(&data, at);
        assert!(
            after <= 1_024,
            "cancelled at row {at}, the job handled {after} more rows without a single byte in them; it \
             must stop within 1,024, as with any others"
        );
    }
}

#[test]
fn large_rows_do_not_put_off_the_stop() {
    for (size, allowed) in [(16 * 1024, 4), (60 * 1024, 2), (1024 * 1024, 1)] {
        let data = vec![vec![1; size]; 12];
        for at in [1, 2, 3, 4, 5] {
            let after = cancelled_after(&data, at);
            assert!(
                after <= allowed,
                "rows of {} KiB, cancelled at row {at}: the job handled {after} more; it must stop within \
                 {allowed}, since it may begin no row when it has handled 64 KiB after the signal",
                size / 1024
            );
        }
    }
}

#[test]
fn a_deadline_stops_the_job_too() {
    let data = vec![vec![7; 24]; 20_000];
    for at in [1, 1_024, 3_000] {
        let deadline = Instant::now() + Duration::from_millis(20);
        let ctx = Ctx::new(deadline);
        let until_late = || {
            while Instant::now() < deadline {
                std::hint::spin_loop();
            }
        };
        let after = handled_after(&data, at, &ctx, Stopped::Late, until_late);
        assert!(
            after <= 1_024,
            "the deadline was over while the job fetched row {at} of 20,000, and it handled {after} more; \
             it must stop within 1,024"
        );
    }
}

#[test]
fn the_innermost_rate_applies() {
    let ctx = Ctx::new(later());
    let amounts = [100, 250, 650];
    assert_eq!(price(&amounts, &ctx), 1_000, "without a rate");
    let outer = ctx.with_value("rate", 1_190);
    let ctx = outer.with_value("tenant", 7);
    assert_eq!(price(&amounts, &ctx), 1_190, "with a rate of 1,190");
    let inner = ctx.with_value("rate", 1_070).with_value("page", 3);
    assert_eq!(
        price(&amounts, &inner),
        1_070,
        "with a rate of 1,070 inside of it"
    );
    assert_eq!(
        price(&amounts, &ctx),
        1_190,
        "the outer context is as it was"
    );
    assert_eq!(price(&[], &ctx), 0, "no amounts");
    assert_eq!(
        price(&[1, 1, 1], &outer.with_value("rate", 400)),
        1,
        "1.2, rounded down once"
    );
}
