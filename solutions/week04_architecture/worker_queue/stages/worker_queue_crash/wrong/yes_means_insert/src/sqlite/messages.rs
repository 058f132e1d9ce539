//! Messages as rows, which are there until they are sent.

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::rows::sql;
use super::{Failure, SqliteStore, change};
use crate::job::{Change, Fence, Job, JobId, Refused};
use crate::outbox::Message;
use crate::store::{Outbox, StoreError};
use crate::time::Timestamp;

impl Outbox for SqliteStore {
    fn complete(
        &self,
        id: JobId,
        fence: Fence,
        bodies: &[String],
        now: Timestamp,
    ) -> Result<Result<Job, Refused>, StoreError> {
        self.write("complete a job", |file| {
            let changed = change(file, id, &Change::Complete { fence }, now)?;
            Ok(match changed {
                Ok((_, after)) => {
                    insert(file, id, bodies)?;
                    Ok(after)
                }
                Err(refused) => Err(refused),
            })
        })
    }

    fn next_message(&self) -> Result<Option<Message>, StoreError> {
        self.read("find a message", |file| {
            let next = "SELECT number, job, body FROM messages ORDER BY number LIMIT 1";
            Ok(file.query_row(next, (), message).optional()?)
        })
    }

    fn sent(&self, number: u64) -> Result<(), StoreError> {
        self.write("mark a message", |file| {
            file.execute("DELETE FROM messages WHERE number = ?1", [sql(number)])?;
            Ok(())
        })
    }
}

fn insert(file: &Connection, id: JobId, bodies: &[String]) -> Result<(), Failure> {
    let mut insert = file.prepare("INSERT INTO messages (job, body) VALUES (?1, ?2)")?;
    for body in bodies {
        insert.execute((sql(id.get()), body))?;
    }
    Ok(())
}

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        number: row.get::<_, i64>(0)?.cast_unsigned(),
        job: JobId::new(row.get::<_, i64>(1)?.cast_unsigned()),
        body: row.get(2)?,
    })
}
