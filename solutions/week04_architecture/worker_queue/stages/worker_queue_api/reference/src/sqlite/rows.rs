//! A job as a row, there and back.

use std::num::NonZeroU32;

use rusqlite::{Connection, Params, Row, named_params};

use super::Failure;
use crate::job::{Cause, Job, JobId, State, Work};
use crate::store::Enqueued;
use crate::time::Timestamp;

pub(super) const COLUMNS: &str =
    "id, kind, payload, max_attempts, created_ms, state, at_ms, cause, attempts, leases";

/// Leased for the last time, and that lease is over at `?1`: dead, although no row says so yet.
pub(super) const LAPSED: &str = "(state = 'leased' AND at_ms <= ?1 AND attempts >= max_attempts)";

pub(super) fn insert(
    file: &Connection,
    work: &Work,
    key: Option<&str>,
    now: Timestamp,
) -> Result<JobId, Failure> {
    file.prepare(
        "INSERT INTO jobs (kind, payload, max_attempts, key, created_ms, state, at_ms, attempts, leases)
         VALUES (:kind, :payload, :max_attempts, :key, :now, 'ready', :now, 0, 0)",
    )?
    .execute(named_params! {
        ":kind": work.kind,
        ":payload": work.payload,
        ":max_attempts": work.attempts.get(),
        ":key": key,
        ":now": sql(now.millis()),
    })?;
    Ok(JobId::new(u64::try_from(file.last_insert_rowid())?))
}

/// What the key was used for, if it was.
pub(super) fn before(
    file: &Connection,
    work: &Work,
    key: Option<&str>,
) -> Result<Option<Enqueued>, Failure> {
    let Some(key) = key else { return Ok(None) };
    let before = find(file, "key = ?1", [key])?;
    Ok(before.map(|before| {
        if before.work() == work {
            Enqueued::Again(before.id())
        } else {
            Enqueued::KeyReused
        }
    }))
}

/// The first job for which `condition` holds.
pub(super) fn find(
    file: &Connection,
    condition: &str,
    values: impl Params,
) -> Result<Option<Job>, Failure> {
    let mut query = file.prepare(&format!("SELECT {COLUMNS} FROM jobs WHERE {condition}"))?;
    let mut rows = query.query(values)?;
    rows.next()?.map(job).transpose()
}

/// How many jobs are open.
pub(super) fn open(file: &Connection, now: Timestamp) -> Result<u64, Failure> {
    // In the words of the index, so that only what is open is looked at.
    let count =
        format!("SELECT COUNT(*) FROM jobs WHERE state IN ('ready', 'leased') AND NOT {LAPSED}");
    let open: i64 = file.query_row(&count, [sql(now.millis())], |row| row.get(0))?;
    Ok(u64::try_from(open)?)
}

/// What can change of a job.
pub(super) fn update(file: &Connection, job: &Job) -> Result<(), Failure> {
    let (state, at, cause) = match job.stored() {
        State::Ready { at } => ("ready", at, None),
        State::Leased { until } => ("leased", until, None),
        State::Done { at } => ("done", at, None),
        State::Cancelled { at } => ("cancelled", at, None),
        State::Dead { at, cause } => match cause {
            Cause::Failed(why) => ("dead", at, Some(why)),
            Cause::Silent => ("dead", at, None),
        },
    };
    file.prepare(
        "UPDATE jobs
         SET state = :state, at_ms = :at, cause = :cause, attempts = :attempts, leases = :leases
         WHERE id = :id",
    )?
    .execute(named_params! {
        ":state": state,
        ":at": sql(at.millis()),
        ":cause": cause,
        ":attempts": job.attempts(),
        ":leases": sql(job.fence().map_or(0, |fence| fence.get())),
        ":id": sql(job.id().get()),
    })?;
    Ok(())
}

pub(super) fn job(row: &Row<'_>) -> Result<Job, Failure> {
    let at = Timestamp::from_millis(number(row, "at_ms")?);
    let state = match row.get_ref("state")?.as_str()? {
        "ready" => State::Ready { at },
        "leased" => State::Leased { until: at },
        "done" => State::Done { at },
        "cancelled" => State::Cancelled { at },
        "dead" => State::Dead {
            at,
            cause: row
                .get::<_, Option<String>>("cause")?
                .map_or(Cause::Silent, Cause::Failed),
        },
        other => return Err(format!("there is no state {other:?}").into()),
    };
    let work = Work::new(
        row.get::<_, String>("kind")?,
        row.get::<_, String>("payload")?,
    );
    let work = work.attempts(NonZeroU32::try_from(row.get::<_, u32>("max_attempts")?)?);
    let created = Timestamp::from_millis(number(row, "created_ms")?);
    Ok(Job::restore(
        Job::new(JobId::new(number(row, "id")?), work, created),
        state,
        row.get("attempts")?,
        number(row, "leases")?,
    ))
}

fn number(row: &Row<'_>, column: &str) -> Result<u64, Failure> {
    Ok(u64::try_from(row.get::<_, i64>(column)?)?)
}

/// SQLite's integers end at 2^63 − 1. Times and numbers of ours that are larger mean "for ever" and "none".
pub(super) fn sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
