//! The log of updates as SQL. What puts them in is part of the transactions of `tasks`.

use rusqlite::{Connection, Row, Transaction};

use super::StoreFailure;
use super::jobs::notice;
use super::tasks::{number, sql};
use crate::domain::{Notice, UserId};
use crate::ports::{Since, UPDATES_KEPT, Update};

const LAST: &str = "SELECT coalesce(max(number), 0) FROM updates WHERE owner = ?1";

/// Adds `notice` to its owner's, if the transaction is committed. There is one writer at a time, so the number that it
/// reads is the last one, and numbers are in the order of the commits.
pub(super) fn push(transaction: &Transaction<'_>, notice: &Notice) -> Result<(), StoreFailure> {
    let owner = sql(notice.owner.get());
    let last: i64 = transaction.query_row(LAST, [owner], |row| row.get(0))?;
    let number = last + 1;
    transaction.execute(
        "INSERT INTO updates (owner, number, what, task, task_created_ms, version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            owner,
            number,
            notice.what.as_str(),
            sql(notice.task.get()),
            sql(notice.created.millis()),
            sql(notice.version),
        ),
    )?;
    transaction.execute(
        "DELETE FROM updates WHERE owner = ?1 AND number <= ?2",
        (owner, number - sql(UPDATES_KEPT)),
    )?;
    Ok(())
}

pub(super) fn last(
    connection: &mut Connection,
    owners: &[UserId],
) -> Result<Vec<u64>, StoreFailure> {
    let mut query = connection.prepare(LAST)?;
    let mut last = Vec::with_capacity(owners.len());
    for owner in owners {
        let number: i64 = query.query_row([sql(owner.get())], |row| row.get(0))?;
        last.push(u64::try_from(number)?);
    }
    Ok(last)
}

pub(super) fn since(
    connection: &mut Connection,
    owner: UserId,
    after: u64,
    limit: usize,
) -> Result<Since, StoreFailure> {
    // Both queries see the file as it is at the first one.
    let transaction = connection.transaction()?;
    let (first, last): (Option<i64>, i64) = transaction.query_row(
        "SELECT min(number), coalesce(max(number), 0) FROM updates WHERE owner = ?1",
        [sql(owner.get())],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let after = sql(after);
    if after > last || after < first.map_or(last, |first| first - 1) {
        return Ok(Since::Unknown);
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = transaction.prepare(
        "SELECT * FROM updates WHERE owner = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
    )?;
    let mut rows = query.query((sql(owner.get()), after, limit))?;
    let mut updates = Vec::new();
    while let Some(row) = rows.next()? {
        updates.push(update(row)?);
    }
    Ok(Since::Updates(updates))
}

fn update(row: &Row<'_>) -> Result<Update, StoreFailure> {
    Ok(Update {
        number: number(row, "number")?,
        notice: notice(row)?,
    })
}
