//! The queue as SQL. What puts jobs in is part of the transactions of `tasks`.

use rusqlite::{Connection, Row, Transaction, TransactionBehavior};

use super::StoreFailure;
use super::tasks::{number, sql};
use crate::domain::{Notice, TaskId, Timestamp, UserId, What};
use crate::ports::{DeadJob, Held, JobId, Leased, Receipt};

/// Whose receipt it is. Who has lost a job has an attempt that is over.
const HELD: &str = "id = ?1 AND attempts = ?2 AND leased";

/// Leaves a job that tells of `notice`, if the transaction is committed.
pub(super) fn push(transaction: &Transaction<'_>, notice: &Notice) -> Result<(), StoreFailure> {
    transaction.execute(
        "INSERT INTO jobs (what, owner, task, task_created_ms, version) VALUES (?1, ?2, ?3, ?4, ?5)",
        (
            notice.what.as_str(),
            sql(notice.owner.get()),
            sql(notice.task.get()),
            sql(notice.created.millis()),
            sql(notice.version),
        ),
    )?;
    Ok(())
}

pub(super) fn claim(
    connection: &mut Connection,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Leased>, StoreFailure> {
    // One statement, in a transaction all the same: if the commit fails, `commit` says so.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let leased = {
        let mut claim = transaction.prepare(
            "UPDATE jobs SET attempts = attempts + 1, due_ms = ?2, leased = 1
             WHERE id = (SELECT id FROM jobs WHERE due_ms <= ?1 ORDER BY id LIMIT 1)
             RETURNING *",
        )?;
        let mut rows = claim.query((sql(now.millis()), sql(until.millis())))?;
        match rows.next()? {
            None => None,
            Some(row) => Some(Leased {
                receipt: Receipt {
                    job: JobId::new(number(row, "id")?),
                    attempt: row.get("attempts")?,
                },
                notice: notice(row)?,
            }),
        }
    };
    transaction.commit()?;
    Ok(leased)
}

pub(super) fn extend(
    connection: &mut Connection,
    receipt: Receipt,
    until: Timestamp,
) -> Result<Held, StoreFailure> {
    let extend = format!("UPDATE jobs SET due_ms = ?3 WHERE {HELD}");
    let (job, attempt) = key(receipt);
    held(connection.execute(&extend, (job, attempt, sql(until.millis())))?)
}

pub(super) fn complete(
    connection: &mut Connection,
    receipt: Receipt,
) -> Result<Held, StoreFailure> {
    held(connection.execute(&format!("DELETE FROM jobs WHERE {HELD}"), key(receipt))?)
}

pub(super) fn retry(
    connection: &mut Connection,
    receipt: Receipt,
    due: Timestamp,
    reason: &str,
) -> Result<Held, StoreFailure> {
    let retry = format!("UPDATE jobs SET due_ms = ?3, leased = 0, last_failure = ?4 WHERE {HELD}");
    let (job, attempt) = key(receipt);
    held(connection.execute(&retry, (job, attempt, sql(due.millis()), reason))?)
}

pub(super) fn bury(
    connection: &mut Connection,
    receipt: Receipt,
    reason: &str,
) -> Result<Held, StoreFailure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let bury = format!(
        "INSERT INTO dead_jobs (id, what, owner, task, task_created_ms, version, attempts, reason)
         SELECT id, what, owner, task, task_created_ms, version, attempts, ?3 FROM jobs WHERE {HELD}"
    );
    let (job, attempt) = key(receipt);
    let buried = transaction.execute(&bury, (job, attempt, reason))?;
    transaction.execute(&format!("DELETE FROM jobs WHERE {HELD}"), (job, attempt))?;
    transaction.commit()?;
    held(buried)
}

pub(super) fn dead(
    connection: &mut Connection,
    limit: usize,
) -> Result<Vec<DeadJob>, StoreFailure> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = connection.prepare("SELECT * FROM dead_jobs ORDER BY id LIMIT ?1")?;
    let mut rows = query.query([limit])?;
    let mut dead = Vec::new();
    while let Some(row) = rows.next()? {
        dead.push(DeadJob {
            job: JobId::new(number(row, "id")?),
            notice: notice(row)?,
            attempts: row.get("attempts")?,
            reason: row.get("reason")?,
        });
    }
    Ok(dead)
}

fn key(receipt: Receipt) -> (i64, u32) {
    (sql(receipt.job.get()), receipt.attempt)
}

fn held(changed: usize) -> Result<Held, StoreFailure> {
    Ok(if changed > 0 { Held::Kept } else { Held::Lost })
}

fn notice(row: &Row<'_>) -> Result<Notice, StoreFailure> {
    let word: String = row.get("what")?;
    let what = [What::Created, What::Changed, What::Deleted]
        .into_iter()
        .find(|what| what.as_str() == word)
        .ok_or_else(|| format!("nothing that happens to tasks is called {word:?}"))?;
    Ok(Notice {
        what,
        owner: UserId::new(number(row, "owner")?),
        task: TaskId::new(number(row, "task")?),
        created: Timestamp::from_millis(number(row, "task_created_ms")?),
        version: number(row, "version")?,
    })
}
