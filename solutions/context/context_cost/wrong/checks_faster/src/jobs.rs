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
    let mut rows = rows.into_iter();
    let (mut sum, mut handled) = (0, 0);
    loop {
        match ctx.check() {
            Ok(()) => {}
            Err(why) => return interrupted(handled, why),
        }
        let Some(row) = rows.next() else {
            return Ok(sum);
        };
        sum += bytes_of(row);
        handled += 1;
    }
}

#[cold]
#[inline(never)]
fn interrupted(rows: u64, why: Stopped) -> Result<u64, Interrupted> {
    Err(Interrupted { rows, why })
}

#[inline(always)]
fn bytes_of(row: &[u8]) -> u64 {
    row.iter().map(|byte| u64::from(*byte)).sum()
}

/// The sum of all amounts at the rate of the context, which is in thousandths. Without one it is 1,000.
#[must_use]
pub fn price(amounts: &[u64], ctx: &Ctx) -> u64 {
    let mut sum = 0;
    for amount in amounts {
        sum += amount * ctx.value("rate").unwrap_or(1_000);
    }
    sum / 1_000
}
