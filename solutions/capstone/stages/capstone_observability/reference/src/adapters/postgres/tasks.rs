//! Each call of the port as SQL: one statement, or one transaction.
//!
//! At PostgreSQL's default level each statement sees what others have committed before it, so two statements are two
//! moments. What has to be one is a condition of the statement that writes.

use tokio_postgres::{Client, Row, Transaction};

use super::Origin;
use super::error::Failure;
use super::{jobs, updates};
use crate::domain::{
    Draft, Facts, Notice, State, Status, Task, TaskId, Timestamp, Title, UserId, What,
};
use crate::ports::{Inserted, Once, Written};

const COLUMNS: &str = "id, owner, title, status, since_ms, created_ms, changed_ms, version";

pub(super) async fn insert(
    client: &mut Client,
    draft: Draft,
    once: Option<Once>,
    origin: Origin,
) -> Result<Inserted, Failure> {
    let transaction = client.transaction().await?;
    let next = "SELECT nextval(pg_get_serial_sequence('tasks', 'id'))";
    let id: i64 = transaction.query_one(next, &[]).await?.try_get(0)?;
    // The key first. It is all that this transaction ever waits for, and it has nothing yet that others wait for.
    if let Some(once) = &once
        && let Some(before) = inserted_before(&transaction, &draft, once, id).await?
    {
        return Ok(before);
    }
    let (owner, created) = (sql(draft.owner.get()), sql(draft.created.millis()));
    transaction
        .execute(
            "INSERT INTO tasks (id, owner, title, status, created_ms, changed_ms, version)
             VALUES ($1, $2, $3, 'open', $4, $4, 1)",
            &[&id, &owner, &draft.title.as_str(), &created],
        )
        .await?;
    let task = draft.numbered(TaskId::new(whole(id)?));
    leave(&transaction, &Notice::about(What::Created, &task), origin).await?;
    transaction.commit().await?;
    Ok(Inserted::New(task))
}

/// What each change leaves in its own transaction: the job that tells of it, and what its owner sees of it.
async fn leave(
    transaction: &Transaction<'_>,
    notice: &Notice,
    origin: Origin,
) -> Result<(), Failure> {
    jobs::push(transaction, notice, origin).await?;
    updates::push(transaction, notice).await
}

/// Takes the key for the task `id`, after who takes it at the same time has done so. If it was taken, what it has made.
async fn inserted_before(
    transaction: &Transaction<'_>,
    draft: &Draft,
    once: &Once,
    id: i64,
) -> Result<Option<Inserted>, Failure> {
    let owner = sql(draft.owner.get());
    let (title, created) = (draft.title.as_str(), sql(draft.created.millis()));
    let forget_before = sql(once.forget_before.millis());
    loop {
        // To look first and to write then would be two moments, and a key for two.
        let took = transaction
            .execute(
                "INSERT INTO keys (owner, key, task, title, created_ms) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (owner, key) DO UPDATE SET task = $3, title = $4, created_ms = $5
                 WHERE keys.created_ms < $6",
                &[&owner, &once.key, &id, &title, &created, &forget_before],
            )
            .await?;
        if took > 0 {
            forget(transaction, forget_before).await?;
            return Ok(None);
        }
        let earlier = transaction
            .query_opt(
                "SELECT task, title, created_ms FROM keys WHERE owner = $1 AND key = $2",
                &[&owner, &once.key],
            )
            .await?;
        // Forgotten by somebody between the two statements: then it can be taken.
        let Some(row) = earlier else { continue };
        if row.try_get::<_, &str>("title")? != title {
            return Ok(Some(Inserted::KeyReused));
        }
        let then = Draft {
            created: Timestamp::from_millis(number(&row, "created_ms")?),
            ..draft.clone()
        };
        let task = then.numbered(TaskId::new(number(&row, "task")?));
        return Ok(Some(Inserted::Again(task)));
    }
}

/// Forgets some of the keys that are too old; each insertion with a key adds one. Those that somebody else is at are left
/// to them: two who wait for each other's rows would wait until the server ends one of them.
async fn forget(transaction: &Transaction<'_>, before: i64) -> Result<(), Failure> {
    transaction
        .execute(
            "DELETE FROM keys WHERE (owner, key) IN (
                 SELECT owner, key FROM keys WHERE created_ms < $1 LIMIT 100 FOR UPDATE SKIP LOCKED
             )",
            &[&before],
        )
        .await?;
    Ok(())
}

pub(super) async fn find(
    client: &mut Client,
    owner: UserId,
    id: TaskId,
) -> Result<Option<Task>, Failure> {
    let query = format!("SELECT {COLUMNS} FROM tasks WHERE id = $1 AND owner = $2");
    let found = client
        .query_opt(&query, &[&sql(id.get()), &sql(owner.get())])
        .await?;
    found.as_ref().map(task).transpose()
}

pub(super) async fn list(
    client: &mut Client,
    owner: UserId,
    after: Option<TaskId>,
    limit: usize,
) -> Result<Vec<Task>, Failure> {
    let after = after.map_or(0, |after| sql(after.get()));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let query =
        format!("SELECT {COLUMNS} FROM tasks WHERE owner = $1 AND id > $2 ORDER BY id LIMIT $3");
    let rows = client
        .query(&query, &[&sql(owner.get()), &after, &limit])
        .await?;
    rows.iter().map(task).collect()
}

pub(super) async fn update(
    client: &mut Client,
    task: Task,
    expected: u64,
    origin: Origin,
) -> Result<Written, Failure> {
    let facts = task.facts();
    let transaction = client.transaction().await?;
    let changed = transaction
        .execute(
            "UPDATE tasks
             SET title = $4, status = $5, since_ms = $6, created_ms = $7, changed_ms = $8, version = $9
             WHERE id = $1 AND owner = $2 AND version = $3",
            &[
                &sql(facts.id.get()),
                &sql(facts.owner.get()),
                &sql(expected),
                &facts.title.as_str(),
                &facts.state.status().to_string(),
                &facts.state.since().map(|since| sql(since.millis())),
                &sql(facts.created.millis()),
                &sql(facts.changed.millis()),
                &sql(facts.version),
            ],
        )
        .await?;
    let written = written(&transaction, changed > 0, facts.owner, facts.id).await?;
    if written == Written::Done {
        leave(&transaction, &Notice::about(What::Changed, &task), origin).await?;
    }
    transaction.commit().await?;
    Ok(written)
}

pub(super) async fn delete(
    client: &mut Client,
    owner: UserId,
    id: TaskId,
    expected: u64,
    origin: Origin,
) -> Result<Written, Failure> {
    let transaction = client.transaction().await?;
    let deleted = transaction
        .query_opt(
            "DELETE FROM tasks WHERE id = $1 AND owner = $2 AND version = $3 RETURNING created_ms",
            &[&sql(id.get()), &sql(owner.get()), &sql(expected)],
        )
        .await?;
    let written = written(&transaction, deleted.is_some(), owner, id).await?;
    if let Some(row) = deleted {
        let notice = Notice {
            what: What::Deleted,
            owner,
            task: id,
            created: Timestamp::from_millis(number(&row, "created_ms")?),
            version: expected + 1,
        };
        leave(&transaction, &notice, origin).await?;
    }
    transaction.commit().await?;
    Ok(written)
}

/// Whether a statement that changed nothing has met another version, or no task. A later moment than the statement's, and
/// as good: numbers do not come back, so a task that was missing stays so, and one that has gone since is missing now.
async fn written(
    transaction: &Transaction<'_>,
    changed: bool,
    owner: UserId,
    id: TaskId,
) -> Result<Written, Failure> {
    if changed {
        return Ok(Written::Done);
    }
    let row = transaction
        .query_one(
            "SELECT EXISTS (SELECT 1 FROM tasks WHERE id = $1 AND owner = $2)",
            &[&sql(id.get()), &sql(owner.get())],
        )
        .await?;
    Ok(if row.try_get(0)? {
        Written::Stale
    } else {
        Written::Missing
    })
}

// ── rows ───────────────────────────────────────────────────────────────────────────────────────────

/// The task of a row, by the rules of the domain: a database can be changed by others than us.
fn task(row: &Row) -> Result<Task, Failure> {
    let at = |since: Option<i64>| match since {
        Some(since) => Ok(Timestamp::from_millis(whole(since)?)),
        None => Err(Failure::row("a task that is not open has no time")),
    };
    let since = row.try_get("since_ms")?;
    let state = match status(row.try_get("status")?)? {
        Status::Open => State::Open,
        Status::Started => State::Started { at: at(since)? },
        Status::Done => State::Done { at: at(since)? },
        Status::Dropped => State::Dropped { at: at(since)? },
    };
    let facts = Facts {
        id: TaskId::new(number(row, "id")?),
        owner: UserId::new(number(row, "owner")?),
        title: Title::parse(row.try_get("title")?).map_err(Failure::row)?,
        state,
        created: Timestamp::from_millis(number(row, "created_ms")?),
        changed: Timestamp::from_millis(number(row, "changed_ms")?),
        version: number(row, "version")?,
    };
    Task::restore(facts).map_err(Failure::row)
}

fn status(text: &str) -> Result<Status, Failure> {
    [Status::Open, Status::Started, Status::Done, Status::Dropped]
        .into_iter()
        .find(|status| status.to_string() == text)
        .ok_or_else(|| Failure::row(format!("there is no status {text:?}")))
}

pub(super) fn number(row: &Row, column: &str) -> Result<u64, Failure> {
    whole(row.try_get(column)?)
}

fn whole(number: i64) -> Result<u64, Failure> {
    u64::try_from(number).map_err(Failure::row)
}

/// PostgreSQL's integers end at 2^63 − 1, too. Nothing of ours gets there: what is larger is something that a client has
/// made up, and is not found.
pub(super) fn sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
