//! The same promises with rows of many sizes.

use std::cell::Cell;
use std::time::{Duration, Instant};

use context_cost::{Ctx, Stopped, checksum, price};

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
fn wherever_the_signal_comes_the_work_after_it_is_bounded() {
    // Sizes from nothing to 100 KiB, in an order that looks random and is the same everywhere.
    let mut state = 7_u64;
    let data: Vec<Vec<u8>> = (0..6_000)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let kind = state >> 60;
            let size = (state >> 33) as usize;
            vec![
                1;
                if kind == 0 {
                    size % 102_400
                } else if kind < 4 {
                    0
                } else {
                    size % 64
                }
            ]
        })
        .collect();
    for at in (1..5_000).step_by(97) {
        let after = cancelled_after(&data, at) as usize;
        let sizes = data[at as usize - 1..][..after].iter().map(Vec::len);
        let before_the_last: usize = sizes.take(after.saturating_sub(1)).sum();
        assert!(
            after <= 1_024 && before_the_last < 64 * 1024,
            "cancelled at row {at}: {after} more rows, {before_the_last} bytes before the last one"
        );
    }
}

#[test]
fn deadlines_stop_empty_and_large_rows() {
    for (size, allowed) in [(0, 1_024), (32 * 1024, 2), (100_000, 1)] {
        let data = vec![vec![1; size]; if size == 0 { 20_000 } else { 40 }];
        let deadline = Instant::now() + Duration::from_millis(20);
        let ctx = Ctx::new(deadline);
        let until_late = || {
            while Instant::now() < deadline {
                std::hint::spin_loop();
            }
        };
        let after = handled_after(&data, 10, &ctx, Stopped::Late, until_late);
        assert!(
            after <= allowed,
            "rows of {size} bytes: {after} after the deadline"
        );
    }
}

#[test]
fn a_rate_far_out_is_found() {
    let mut ctx = Ctx::new(later()).with_value("rate", 2_500);
    for key in ["a", "b", "rates", "rat", "c", ""] {
        ctx = ctx.with_value(key, 1);
    }
    assert_eq!(price(&[2, 4], &ctx), 15);
    ctx.cancel();
    assert_eq!(
        price(&[2, 4], &ctx),
        15,
        "a price is computed whatever the signal says"
    );
}
