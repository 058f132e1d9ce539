//! The log of updates as SQL. What puts them in is part of the transactions of `tasks`.

use tokio_postgres::{Client, Row, Transaction};

use super::error::Failure;
use super::jobs::notice;
use super::tasks::{number, sql};
use crate::domain::{Notice, UserId};
use crate::ports::{Since, UPDATES_KEPT, Update};

/// Adds `notice` to its owner's, if the transaction is committed.
///
/// The owner's row of `update_counts` is locked from here until the commit, so the owner's changes are committed one after the
/// other, in the order of their numbers. A sequence would not wait: 58 could be there, and seen, before 57, and whoever has
/// seen 58 never asks for 57.
pub(super) async fn push(transaction: &Transaction<'_>, notice: &Notice) -> Result<(), Failure> {
    let owner = sql(notice.owner.get());
    let counted = transaction
        .query_one(
            "INSERT INTO update_counts AS counts (owner, last) VALUES ($1, 1)
             ON CONFLICT (owner) DO UPDATE SET last = counts.last + 1
             RETURNING last",
            &[&owner],
        )
        .await?;
    let number: i64 = counted.try_get("last")?;
    transaction
        .execute(
            "INSERT INTO updates (owner, number, what, task, task_created_ms, version)
             VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                &owner,
                &number,
                &notice.what.as_str(),
                &sql(notice.task.get()),
                &sql(notice.created.millis()),
                &sql(notice.version),
            ],
        )
        .await?;
    transaction
        .execute(
            "DELETE FROM updates WHERE owner = $1 AND number <= $2",
            &[&owner, &(number - sql(UPDATES_KEPT))],
        )
        .await?;
    Ok(())
}

pub(super) async fn last(client: &mut Client, owners: Vec<UserId>) -> Result<Vec<u64>, Failure> {
    let owners: Vec<i64> = owners.iter().map(|owner| sql(owner.get())).collect();
    let rows = client
        .query(
            "SELECT coalesce(counts.last, 0) AS last
             FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (owner, place)
             LEFT JOIN update_counts AS counts ON counts.owner = asked.owner
             ORDER BY asked.place",
            &[&owners],
        )
        .await?;
    rows.iter().map(|row| number(row, "last")).collect()
}

pub(super) async fn since(
    client: &mut Client,
    owner: UserId,
    after: u64,
    limit: usize,
) -> Result<Since, Failure> {
    let (owner, after) = (sql(owner.get()), sql(after));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    // The rows first, then what is known of them. What is added in between is news, and what is deleted in between is
    // noticed: the first row would not be the next one.
    let rows = client
        .query(
            "SELECT * FROM updates WHERE owner = $1 AND number > $2 ORDER BY number LIMIT $3",
            &[&owner, &after, &limit],
        )
        .await?;
    let updates = rows
        .iter()
        .map(update)
        .collect::<Result<Vec<Update>, Failure>>()?;
    if let Some(first) = updates.first() {
        return Ok(if sql(first.number) == after + 1 {
            Since::Updates(updates)
        } else {
            Since::Unknown
        });
    }
    let last = client
        .query_opt("SELECT last FROM update_counts WHERE owner = $1", &[&owner])
        .await?;
    let last: i64 = last.map_or(Ok(0), |row| row.try_get("last"))?;
    // Nothing is there after the last one. Nothing is known after one that was not given yet.
    Ok(if after <= last {
        Since::Updates(updates)
    } else {
        Since::Unknown
    })
}

fn update(row: &Row) -> Result<Update, Failure> {
    Ok(Update {
        number: number(row, "number")?,
        notice: notice(row)?,
    })
}
