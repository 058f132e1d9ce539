//! The queue as SQL. What puts jobs in is part of the transactions of `tasks`.

use tokio_postgres::{Client, Row, Transaction};

use super::Origin;
use super::error::Failure;
use super::tasks::{number, sql};
use crate::domain::{Notice, TaskId, Timestamp, UserId, What};
use crate::ports::{Backlog, DeadJob, Held, JobId, Leased, Receipt};
use crate::trace::TraceContext;

/// Whose receipt it is. Who has lost a job has an attempt that is over.
const HELD: &str = "id = $1 AND attempts = $2 AND leased";

/// Leaves a job that tells of `notice`, if the transaction is committed.
pub(super) async fn push(
    transaction: &Transaction<'_>,
    notice: &Notice,
    origin: Origin,
) -> Result<(), Failure> {
    transaction
        .execute(
            "INSERT INTO jobs (what, owner, task, task_created_ms, version, left_ms, traceparent)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                &notice.what.as_str(),
                &sql(notice.owner.get()),
                &sql(notice.task.get()),
                &sql(notice.created.millis()),
                &sql(notice.version),
                &sql(origin.at.millis()),
                &origin.trace.map(|trace| trace.traceparent()),
            ],
        )
        .await?;
    Ok(())
}

pub(super) async fn claim(
    client: &mut Client,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Leased>, Failure> {
    // SKIP LOCKED: a job that another is claiming in this moment is theirs, and nobody stands in line for it. Without
    // FOR UPDATE two find the same job, and the second claims it again when the first has done so.
    let claimed = client
        .query_opt(
            "UPDATE jobs SET attempts = attempts + 1, due_ms = $2, leased = true
             WHERE id = (
                 SELECT id FROM jobs WHERE due_ms <= $1 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
             )
             RETURNING *",
            &[&sql(now.millis()), &sql(until.millis())],
        )
        .await?;
    let Some(row) = claimed else { return Ok(None) };
    let receipt = Receipt {
        job: JobId::new(number(&row, "id")?),
        attempt: attempts(&row)?,
    };
    Ok(Some(Leased {
        receipt,
        notice: notice(&row)?,
        trace: trace(&row)?,
    }))
}

pub(super) async fn extend(
    client: &mut Client,
    receipt: Receipt,
    until: Timestamp,
) -> Result<Held, Failure> {
    let extend = format!("UPDATE jobs SET due_ms = $3 WHERE {HELD}");
    let (job, attempt) = key(receipt);
    let extended = client
        .execute(&extend, &[&job, &attempt, &sql(until.millis())])
        .await?;
    Ok(held(extended))
}

pub(super) async fn complete(client: &mut Client, receipt: Receipt) -> Result<Held, Failure> {
    let complete = format!("DELETE FROM jobs WHERE {HELD}");
    let (job, attempt) = key(receipt);
    Ok(held(client.execute(&complete, &[&job, &attempt]).await?))
}

pub(super) async fn retry(
    client: &mut Client,
    receipt: Receipt,
    due: Timestamp,
    reason: String,
) -> Result<Held, Failure> {
    let retry =
        format!("UPDATE jobs SET due_ms = $3, leased = false, last_failure = $4 WHERE {HELD}");
    let (job, attempt) = key(receipt);
    let put_off = client
        .execute(
            &retry,
            &[&job, &attempt, &sql(due.millis()), &text(&reason)],
        )
        .await?;
    Ok(held(put_off))
}

pub(super) async fn bury(
    client: &mut Client,
    receipt: Receipt,
    reason: String,
) -> Result<Held, Failure> {
    // One statement, which is one step by itself.
    let bury = format!(
        "WITH dead AS (DELETE FROM jobs WHERE {HELD} RETURNING *)
         INSERT INTO dead_jobs (id, what, owner, task, task_created_ms, version, attempts, reason)
         SELECT id, what, owner, task, task_created_ms, version, attempts, $3 FROM dead"
    );
    let (job, attempt) = key(receipt);
    let buried = client
        .execute(&bury, &[&job, &attempt, &text(&reason)])
        .await?;
    Ok(held(buried))
}

pub(super) async fn dead(client: &mut Client, limit: usize) -> Result<Vec<DeadJob>, Failure> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let query = "SELECT * FROM dead_jobs ORDER BY id LIMIT $1";
    let rows = client.query(query, &[&limit]).await?;
    rows.iter().map(dead_job).collect()
}

pub(super) async fn backlog(client: &mut Client) -> Result<Backlog, Failure> {
    // One statement, so that the two tables are as of the same moment.
    let query =
        "SELECT (SELECT count(*) FROM jobs) AS waiting, (SELECT count(*) FROM dead_jobs) AS dead,
                        (SELECT min(left_ms) FROM jobs) AS oldest";
    let row = client.query_one(query, &[]).await?;
    let oldest: Option<i64> = row.try_get("oldest")?;
    let oldest = oldest.and_then(|oldest| u64::try_from(oldest).ok());
    Ok(Backlog {
        waiting: number(&row, "waiting")?,
        oldest: oldest.map(Timestamp::from_millis),
        dead: number(&row, "dead")?,
    })
}

fn dead_job(row: &Row) -> Result<DeadJob, Failure> {
    Ok(DeadJob {
        job: JobId::new(number(row, "id")?),
        notice: notice(row)?,
        attempts: attempts(row)?,
        reason: row.try_get("reason")?,
    })
}

fn key(receipt: Receipt) -> (i64, i64) {
    (sql(receipt.job.get()), i64::from(receipt.attempt))
}

fn held(changed: u64) -> Held {
    if changed > 0 { Held::Kept } else { Held::Lost }
}

/// What PostgreSQL takes for a text: anything but U+0000, which the words of a failure may have. A job that can't be
/// buried for it would be tried for ever.
fn text(reason: &str) -> String {
    reason.replace('\0', "\u{fffd}")
}

fn attempts(row: &Row) -> Result<u32, Failure> {
    u32::try_from(number(row, "attempts")?).map_err(Failure::row)
}

/// A text that is no context is none: the job is done all the same.
fn trace(row: &Row) -> Result<Option<TraceContext>, Failure> {
    let text: Option<&str> = row.try_get("traceparent")?;
    Ok(text.and_then(TraceContext::parse))
}

pub(super) fn notice(row: &Row) -> Result<Notice, Failure> {
    let word: &str = row.try_get("what")?;
    let what = [What::Created, What::Changed, What::Deleted]
        .into_iter()
        .find(|what| what.as_str() == word)
        .ok_or_else(|| Failure::row(format!("nothing that happens to tasks is called {word:?}")))?;
    Ok(Notice {
        what,
        owner: UserId::new(number(row, "owner")?),
        task: TaskId::new(number(row, "task")?),
        created: Timestamp::from_millis(number(row, "task_created_ms")?),
        version: number(row, "version")?,
    })
}
