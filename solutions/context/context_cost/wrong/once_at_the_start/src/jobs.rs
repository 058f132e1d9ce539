//! The jobs.

use crate::{Ctx, Stopped};

/// A job has stopped early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interrupted {
    /// How many rows it had handled.
    pub rows: u64,
    /// Why it stopped.
    pub why: Stopped,
}

/// The sum of all bytes of all rows.
///
/// # Errors
///
/// Stops when the context says so.
pub fn checksum<'a>(
    rows: impl IntoIterator<Item = &'a [u8]>,
    ctx: &Ctx,
) -> Result<u64, Interrupted> {
    ctx.check().map_err(|why| Interrupted { rows: 0, why })?;
    Ok(rows.into_iter().map(bytes_of).sum())
}

fn bytes_of(row: &[u8]) -> u64 {
    row.iter().map(|byte| u64::from(*byte)).sum()
}

/// The sum of all amounts at the rate of the context, which is in thousandths. Without one it is 1,000.
#[must_use]
pub fn price(amounts: &[u64], ctx: &Ctx) -> u64 {
    let rate = ctx.value("rate").unwrap_or(1_000);
    amounts.iter().map(|amount| amount * rate).sum::<u64>() / 1_000
}
