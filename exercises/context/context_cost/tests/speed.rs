//! How long the jobs take for 2,000 small records in a context of six values.

use std::hint::black_box;
use std::time::{Duration, Instant};

use context_cost::{Ctx, checksum, price};

fn ctx() -> Ctx {
    let ctx = Ctx::new(Instant::now() + Duration::from_secs(3600)).with_value("rate", 1_190);
    ["tenant", "user", "page", "shard", "job"]
        .iter()
        .zip(1..)
        .fold(ctx, |ctx, (key, value)| ctx.with_value(key, value))
}

#[test]
fn checksum_of_small_rows() {
    let ctx = ctx();
    let rows: Vec<Vec<u8>> = (0..2_000_usize).map(|n| vec![n as u8; 1 + n % 8]).collect();
    probes::speed::report("checksum_of_small_rows", || {
        checksum(black_box(&rows).iter().map(Vec::as_slice), black_box(&ctx))
    });
}

#[test]
fn price_of_many_amounts() {
    let ctx = ctx();
    let amounts: Vec<u64> = (0..2_000).collect();
    probes::speed::report("price_of_many_amounts", || {
        price(black_box(&amounts), black_box(&ctx))
    });
}
