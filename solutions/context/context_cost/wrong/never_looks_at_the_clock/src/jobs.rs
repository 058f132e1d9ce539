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

/// How many rows, and how many bytes, may go by between two looks at the context. The first bounds what many
/// tiny rows cost, the second what a few large ones do.
const ROWS: u64 = 1_024;
const BYTES: usize = 64 * 1024;

/// The sum of all bytes of all rows.
///
/// Looks at the context first, and again when 1,024 rows or 64 KiB have been handled since. So that is the
/// most work that is done after a signal, and one row more, however large.
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
    ctx.check().map_err(|why| Interrupted { rows: 0, why })?;
    loop {
        if ctx.is_cancelled() {
            let why = Stopped::Cancelled;
            return Err(Interrupted { rows: handled, why });
        }
        // Two loops in place of a test of `handled % ROWS` in one: the inner one is nothing but the work
        // and a comparison of two numbers in registers.
        let next_check = handled + ROWS;
        let mut bytes = 0;
        while handled < next_check && bytes < BYTES {
            let Some(row) = rows.next() else {
                return Ok(sum);
            };
            sum += bytes_of(row);
            bytes += row.len();
            // Whatever is in the row, also nothing: to fetch it was work.
            handled += 1;
        }
    }
}

fn bytes_of(row: &[u8]) -> u64 {
    row.iter().map(|byte| u64::from(*byte)).sum()
}

/// The sum of all amounts at the rate of the context, which is in thousandths. Without one it is 1,000.
#[must_use]
pub fn price(amounts: &[u64], ctx: &Ctx) -> u64 {
    // Looked up where the context is known, and a number from there on. Nothing may change it meanwhile,
    // but the compiler can't know that of a walk over pointers.
    let rate = ctx.value("rate").unwrap_or(1_000);
    amounts.iter().map(|amount| amount * rate).sum::<u64>() / 1_000
}
