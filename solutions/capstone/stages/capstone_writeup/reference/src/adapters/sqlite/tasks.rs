//! Each call of the port as SQL: one statement, or one transaction.

use rusqlite::{
    Connection, OptionalExtension, Row, Transaction, TransactionBehavior, named_params,
};

use super::{Origin, StoreFailure, jobs, updates};
use crate::domain::{
    Draft, Facts, Notice, State, Status, Task, TaskId, Timestamp, Title, UserId, What,
};
use crate::ports::{Inserted, Once, Written};

const COLUMNS: &str = "id, owner, title, status, since_ms, created_ms, changed_ms, version";

pub(super) fn insert(
    connection: &mut Connection,
    draft: Draft,
    once: Option<Once>,
    origin: Origin,
) -> Result<Inserted, StoreFailure> {
    // Immediate, because it reads before it writes: a deferred transaction would find out at its first
    // write that another has been faster, when waiting does not help any more.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if let Some(once) = &once
        && let Some(before) = inserted_before(&transaction, &draft, once)?
    {
        return Ok(before);
    }
    transaction.execute(
        "INSERT INTO tasks (owner, title, status, created_ms, changed_ms, version)
         VALUES (:owner, :title, 'open', :created, :created, 1)",
        named_params! {
            ":owner": sql(draft.owner.get()),
            ":title": draft.title.as_str(),
            ":created": sql(draft.created.millis()),
        },
    )?;
    let id = transaction.last_insert_rowid();
    if let Some(once) = &once {
        // In the transaction of the task: either both are there after a crash, or none.
        transaction.execute(
            "INSERT INTO keys (owner, key, task, title, created_ms)
             VALUES (:owner, :key, :task, :title, :created)",
            named_params! {
                ":owner": sql(draft.owner.get()),
                ":key": once.key,
                ":task": id,
                ":title": draft.title.as_str(),
                ":created": sql(draft.created.millis()),
            },
        )?;
    }
    let task = draft.numbered(TaskId::new(u64::try_from(id)?));
    leave(&transaction, &Notice::about(What::Created, &task), origin)?;
    transaction.commit()?;
    Ok(Inserted::New(task))
}

/// What each change leaves in its own transaction: the job that tells of it, and what its owner sees of it.
fn leave(
    transaction: &Transaction<'_>,
    notice: &Notice,
    origin: Origin,
) -> Result<(), StoreFailure> {
    jobs::push(transaction, notice, origin)?;
    updates::push(transaction, notice)
}

/// What the key has made before, after everything that is too old has been forgotten.
fn inserted_before(
    transaction: &Transaction<'_>,
    draft: &Draft,
    once: &Once,
) -> Result<Option<Inserted>, StoreFailure> {
    let forget_before = sql(once.forget_before.millis());
    transaction.execute("DELETE FROM keys WHERE created_ms < ?1", [forget_before])?;
    let earlier = transaction
        .query_row(
            "SELECT task, title, created_ms FROM keys WHERE owner = ?1 AND key = ?2",
            (sql(draft.owner.get()), &once.key),
            |row| {
                let (id, created) = (number(row, "task")?, number(row, "created_ms")?);
                Ok((id, row.get::<_, String>("title")?, created))
            },
        )
        .optional()?;
    let Some((id, title, created)) = earlier else {
        return Ok(None);
    };
    if title != draft.title.as_str() {
        return Ok(Some(Inserted::KeyReused));
    }
    let then = Draft {
        created: Timestamp::from_millis(created),
        ..draft.clone()
    };
    Ok(Some(Inserted::Again(then.numbered(TaskId::new(id)))))
}

pub(super) fn find(
    connection: &mut Connection,
    owner: UserId,
    id: TaskId,
) -> Result<Option<Task>, StoreFailure> {
    let mut query = connection.prepare(&format!(
        "SELECT {COLUMNS} FROM tasks WHERE id = ?1 AND owner = ?2"
    ))?;
    let mut rows = query.query((sql(id.get()), sql(owner.get())))?;
    rows.next()?.map(task).transpose()
}

pub(super) fn list(
    connection: &mut Connection,
    owner: UserId,
    after: Option<TaskId>,
    limit: usize,
) -> Result<Vec<Task>, StoreFailure> {
    let after = after.map_or(0, |after| sql(after.get()));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = connection.prepare(&format!(
        "SELECT {COLUMNS} FROM tasks WHERE owner = ?1 AND id > ?2 ORDER BY id LIMIT ?3"
    ))?;
    let mut rows = query.query((sql(owner.get()), after, limit))?;
    let mut tasks = Vec::new();
    while let Some(row) = rows.next()? {
        tasks.push(task(row)?);
    }
    Ok(tasks)
}

pub(super) fn update(
    connection: &mut Connection,
    task: &Task,
    expected: u64,
    origin: Origin,
) -> Result<Written, StoreFailure> {
    let facts = task.facts();
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let changed = transaction.execute(
        "UPDATE tasks
         SET title = :title, status = :status, since_ms = :since, created_ms = :created,
             changed_ms = :changed, version = :version
         WHERE id = :id AND owner = :owner AND version = :expected",
        named_params! {
            ":title": facts.title.as_str(),
            ":status": facts.state.status().to_string(),
            ":since": facts.state.since().map(|since| sql(since.millis())),
            ":created": sql(facts.created.millis()),
            ":changed": sql(facts.changed.millis()),
            ":version": sql(facts.version),
            ":id": sql(facts.id.get()),
            ":owner": sql(facts.owner.get()),
            ":expected": sql(expected),
        },
    )?;
    let written = written(&transaction, changed > 0, facts.owner, facts.id)?;
    if written == Written::Done {
        leave(&transaction, &Notice::about(What::Changed, task), origin)?;
    }
    transaction.commit()?;
    Ok(written)
}

pub(super) fn delete(
    connection: &mut Connection,
    owner: UserId,
    id: TaskId,
    expected: u64,
    origin: Origin,
) -> Result<Written, StoreFailure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let created = transaction
        .query_row(
            "DELETE FROM tasks WHERE id = ?1 AND owner = ?2 AND version = ?3 RETURNING created_ms",
            (sql(id.get()), sql(owner.get()), sql(expected)),
            |row| number(row, "created_ms"),
        )
        .optional()?;
    let written = written(&transaction, created.is_some(), owner, id)?;
    if let Some(created) = created {
        let notice = Notice {
            what: What::Deleted,
            owner,
            task: id,
            created: Timestamp::from_millis(created),
            version: expected + 1,
        };
        leave(&transaction, &notice, origin)?;
    }
    transaction.commit()?;
    Ok(written)
}

/// Whether a statement that changed nothing has met another version, or no task.
fn written(
    transaction: &Transaction<'_>,
    changed: bool,
    owner: UserId,
    id: TaskId,
) -> Result<Written, StoreFailure> {
    if changed {
        return Ok(Written::Done);
    }
    let there: bool = transaction.query_row(
        "SELECT EXISTS (SELECT 1 FROM tasks WHERE id = ?1 AND owner = ?2)",
        (sql(id.get()), sql(owner.get())),
        |row| row.get(0),
    )?;
    Ok(if there {
        Written::Stale
    } else {
        Written::Missing
    })
}

// ── rows ───────────────────────────────────────────────────────────────────────────────────────────

/// The task of a row, by the rules of the domain: a file can be changed by others than us.
fn task(row: &Row<'_>) -> Result<Task, StoreFailure> {
    let at = |since: Option<i64>| match since {
        Some(since) => Ok(Timestamp::from_millis(u64::try_from(since)?)),
        None => Err(StoreFailure::from("a task that is not open has no time")),
    };
    let since = row.get("since_ms")?;
    let state = match status(&row.get::<_, String>("status")?)? {
        Status::Open => State::Open,
        Status::Started => State::Started { at: at(since)? },
        Status::Done => State::Done { at: at(since)? },
        Status::Dropped => State::Dropped { at: at(since)? },
    };
    let facts = Facts {
        id: TaskId::new(number(row, "id")?),
        owner: UserId::new(number(row, "owner")?),
        title: Title::parse(&row.get::<_, String>("title")?)?,
        state,
        created: Timestamp::from_millis(number(row, "created_ms")?),
        changed: Timestamp::from_millis(number(row, "changed_ms")?),
        version: number(row, "version")?,
    };
    Ok(Task::restore(facts)?)
}

fn status(text: &str) -> Result<Status, StoreFailure> {
    [Status::Open, Status::Started, Status::Done, Status::Dropped]
        .into_iter()
        .find(|status| status.to_string() == text)
        .ok_or_else(|| format!("there is no status {text:?}").into())
}

pub(super) fn number(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| {
        let index = row.as_ref().column_index(column).unwrap_or_default();
        rusqlite::Error::IntegralValueOutOfRange(index, number)
    })
}

/// SQLite's integers end at 2^63 − 1. Nothing of ours gets there: what is larger is something that a client
/// has made up, and is not found.
pub(super) fn sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
