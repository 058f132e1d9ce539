//! How many: jobs as they stand, and what has been counted since the file was made.

use std::collections::HashMap;

use rusqlite::Connection;

use super::Failure;
use super::rows::{LAPSED, sql};
use crate::store::Census;
use crate::tally::{Count, Tally};
use crate::time::Timestamp;

pub(super) fn census(file: &Connection, now: Timestamp) -> Result<Census, Failure> {
    // One statement, so that all counts are of one moment.
    let mut query = file.prepare(&format!(
        "SELECT CASE
             WHEN {LAPSED} THEN 'dead'
             WHEN state = 'leased' AND at_ms <= ?1 THEN 'ready'
             WHEN state = 'ready' AND at_ms > ?1 THEN 'waiting'
             ELSE state
         END AS stands, COUNT(*), MIN(at_ms) FROM jobs GROUP BY stands"
    ))?;
    let mut found = query.query([sql(now.millis())])?;
    let mut census = Census::default();
    while let Some(row) = found.next()? {
        let count = u64::try_from(row.get::<_, i64>(1)?)?;
        match row.get_ref(0)?.as_str()? {
            "ready" => {
                census.ready = count;
                let oldest = u64::try_from(row.get::<_, i64>(2)?)?;
                census.oldest = Some(Timestamp::from_millis(oldest));
            }
            "waiting" => census.waiting = count,
            "leased" => census.leased = count,
            "done" => census.done = count,
            "dead" => census.dead = count,
            "cancelled" => census.cancelled = count,
            other => return Err(format!("there is no state {other:?}").into()),
        }
    }
    Ok(census)
}

/// Leases that are over, and of which no row says so.
pub(super) fn lapsed(file: &Connection, now: Timestamp) -> Result<u64, Failure> {
    let count = "SELECT COUNT(*) FROM jobs WHERE state = 'leased' AND at_ms <= ?1";
    let lapsed: i64 = file.query_row(count, [sql(now.millis())], |row| row.get(0))?;
    Ok(u64::try_from(lapsed)?)
}

pub(super) fn tally(file: &Connection) -> Result<Tally, Failure> {
    let mut query = file.prepare("SELECT name, count FROM tally")?;
    let pairs = query.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let kept: HashMap<String, i64> = pairs.collect::<Result<_, _>>()?;
    let mut tally = Tally::new();
    for count in Count::all() {
        let kept = kept.get(&count.name()).copied().unwrap_or_default();
        tally.insert(count, u64::try_from(kept)?);
    }
    Ok(tally)
}

/// In the transaction of the change that is counted: both are kept, or neither.
pub(super) fn add(file: &Connection, steps: &[(Count, u64)]) -> Result<(), Failure> {
    for (count, more) in steps.iter().filter(|(_, more)| *more > 0) {
        file.prepare(
            "INSERT INTO tally (name, count) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET count = count + excluded.count",
        )?
        .execute((count.name(), sql(*more)))?;
    }
    Ok(())
}
