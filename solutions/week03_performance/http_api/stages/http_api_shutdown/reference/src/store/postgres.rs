//! Parcels in a PostgreSQL database.
//!
//! Each call is one statement, so that it needs no transaction of its own, and one connection can carry the calls of
//! many tasks: the client sends them one after the other without waiting for answers.

use std::str::FromStr as _;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tokio::sync::Mutex;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Row};

use super::{Store, StoreError, Stored};
use crate::parcel::{Draft, Kept, Only, Parcel};

/// The versions of a database; as for SQLite, the ways down are kept in it.
const MIGRATIONS: &[(i32, &str, &str)] = &[(
    1,
    // An identity is counted by a sequence, which is never turned back, not even by a roll-back.
    "CREATE TABLE parcels (
         id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         recipient text NOT NULL,
         shelf text NOT NULL,
         grams bigint NOT NULL,
         revision bigint NOT NULL DEFAULT 1
     )",
    "DROP TABLE parcels",
)];

/// Any number will do that no other program on this server uses.
const MIGRATION_LOCK: i64 = 0x7061_7263_656c;

const COLUMNS: &str = "id, recipient, shelf, grams, revision";

/// One connection, which is made anew when it is lost. Clones share it.
#[derive(Clone)]
pub struct Postgres {
    config: Arc<Config>,
    client: Arc<Mutex<Arc<Client>>>,
}

impl Postgres {
    /// Connects to the database that `url` names and brings it to this release's version.
    ///
    /// # Errors
    ///
    /// When nobody answers there, or the database is none of ours. No error has the URL, which has a password.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let config = Config::from_str(url)?;
        let mut client = connect(&config).await?;
        bring_up(&mut client).await?;
        Ok(Self {
            config: Arc::new(config),
            client: Arc::new(Mutex::new(Arc::new(client))),
        })
    }

    /// A connection that was alive a moment ago. The lock is held while one is made, and not while it is used.
    async fn client(&self) -> Result<Arc<Client>, StoreError> {
        let mut client = self.client.lock().await;
        if client.is_closed() {
            *client = Arc::new(connect(&self.config).await.map_err(not_now)?);
        }
        Ok(Arc::clone(&client))
    }

    async fn rows(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Kept>, StoreError> {
        let client = self.client().await?;
        let rows = client.query(sql, values).await?;
        rows.iter().map(kept).collect()
    }

    /// Why a change has found nothing to change.
    ///
    /// This is a later moment than the change's. It is as good: an id that was missing does not come back, and one
    /// that has gone meanwhile is missing now.
    async fn why_not(&self, id: i64) -> StoreError {
        let found = self.rows(&select("WHERE id = $1"), &[&id]).await;
        match found {
            Ok(rows) if rows.is_empty() => StoreError::Missing,
            Ok(_) => StoreError::Moved,
            Err(error) => error,
        }
    }
}

impl Store for Postgres {
    fn add(&self, draft: Draft) -> Stored<'_, Kept> {
        async move {
            let sql = format!(
                "INSERT INTO parcels (recipient, shelf, grams) VALUES ($1, $2, $3) RETURNING {COLUMNS}"
            );
            let grams = i64::from(draft.grams);
            let added = self
                .rows(&sql, &[&draft.recipient, &draft.shelf, &grams])
                .await?;
            added.into_iter().next().ok_or_else(nothing)
        }
        .boxed()
    }

    fn get(&self, id: u64) -> Stored<'_, Option<Kept>> {
        async move {
            let Ok(id) = i64::try_from(id) else {
                return Ok(None);
            };
            let found = self.rows(&select("WHERE id = $1"), &[&id]).await?;
            Ok(found.into_iter().next())
        }
        .boxed()
    }

    fn replace(&self, id: u64, draft: Draft, only: Only) -> Stored<'_, Kept> {
        async move {
            let id = i64::try_from(id).map_err(|_| StoreError::Missing)?;
            let (any, revisions) = bound(&only);
            let grams = i64::from(draft.grams);
            // The condition is in the statement: whoever comes second waits for the row, and then does not find
            // the revision any more.
            let sql = format!(
                "UPDATE parcels SET recipient = $4, shelf = $5, grams = $6, revision = revision + 1 \
                 WHERE id = $1 AND ($2 OR revision = ANY($3)) RETURNING {COLUMNS}"
            );
            let values: [&(dyn ToSql + Sync); 6] = [
                &id,
                &any,
                &revisions,
                &draft.recipient,
                &draft.shelf,
                &grams,
            ];
            match self.rows(&sql, &values).await?.into_iter().next() {
                Some(changed) => Ok(changed),
                None => Err(self.why_not(id).await),
            }
        }
        .boxed()
    }

    fn remove(&self, id: u64, only: Only) -> Stored<'_, ()> {
        async move {
            let id = i64::try_from(id).map_err(|_| StoreError::Missing)?;
            let (any, revisions) = bound(&only);
            let sql = format!(
                "DELETE FROM parcels WHERE id = $1 AND ($2 OR revision = ANY($3)) RETURNING {COLUMNS}"
            );
            match self.rows(&sql, &[&id, &any, &revisions]).await?.first() {
                Some(_) => Ok(()),
                None => Err(self.why_not(id).await),
            }
        }
        .boxed()
    }

    fn page(&self, above: u64, limit: usize) -> Stored<'_, Vec<Kept>> {
        async move {
            let Ok(above) = i64::try_from(above) else {
                return Ok(Vec::new());
            };
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let sql = select("WHERE id > $1 ORDER BY id LIMIT $2");
            self.rows(&sql, &[&above, &limit]).await
        }
        .boxed()
    }
}

async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    // It ends with the last handle of the client; why it has ended, the next call is told.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(client)
}

/// Why there is no new connection. Where nobody answers, somebody has answered when this service started: a server that
/// restarts refuses for a moment. What a server says is judged as ever.
fn not_now(error: tokio_postgres::Error) -> StoreError {
    match error.code() {
        Some(_) => error.into(),
        None => StoreError::Busy,
    }
}

/// Up and never down, each step whole, and one program at a time.
async fn bring_up(client: &mut Client) -> Result<(), StoreError> {
    let change = client.transaction().await?;
    // Before the table of versions: even two `CREATE TABLE IF NOT EXISTS` at once can fail.
    change
        .execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK])
        .await?;
    change
        .batch_execute("CREATE TABLE IF NOT EXISTS schema_versions (version int PRIMARY KEY, down text NOT NULL)")
        .await?;
    let row = change
        .query_one("SELECT coalesce(max(version), 0) FROM schema_versions", &[])
        .await?;
    let found: i32 = row.try_get(0)?;
    let known = MIGRATIONS.last().map_or(0, |(version, ..)| *version);
    if found > known {
        let number = |version: i32| u32::try_from(version).unwrap_or(0);
        return Err(StoreError::Migrate(super::MigrateError::Newer {
            found: number(found),
            known: number(known),
        }));
    }
    for (version, up, down) in MIGRATIONS.iter().filter(|(version, ..)| *version > found) {
        change.batch_execute(up).await?;
        change
            .execute(
                "INSERT INTO schema_versions VALUES ($1, $2)",
                &[version, down],
            )
            .await?;
    }
    change.commit().await?;
    Ok(())
}

fn select(rest: &str) -> String {
    format!("SELECT {COLUMNS} FROM parcels {rest}")
}

/// The condition as two values. A revision that the database can't have is none that it has.
fn bound(only: &Only) -> (bool, Vec<i64>) {
    match only {
        Only::Any => (true, Vec::new()),
        Only::OneOf(revisions) => {
            let revisions = revisions.iter().map(|&revision| i64::try_from(revision));
            (false, revisions.filter_map(Result::ok).collect())
        }
    }
}

fn kept(row: &Row) -> Result<Kept, StoreError> {
    let number = |at: usize| -> Result<u64, StoreError> {
        let value: i64 = row.try_get(at)?;
        u64::try_from(value).map_err(|error| StoreError::Backend(Box::new(error)))
    };
    let grams = u32::try_from(number(3)?);
    Ok(Kept {
        parcel: Parcel {
            id: number(0)?,
            recipient: row.try_get(1)?,
            shelf: row.try_get(2)?,
            grams: grams.map_err(|error| StoreError::Backend(Box::new(error)))?,
        },
        revision: number(4)?,
    })
}

fn nothing() -> StoreError {
    StoreError::Backend("the database has added a row and returned none".into())
}

/// Whether a state of SQL (PostgreSQL, appendix A) says that the same may go well in a moment.
pub fn is_transient(state: &str) -> bool {
    const STATES: [SqlState; 8] = [
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::QUERY_CANCELED,
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
    ];
    // Class 08 is the connection.
    state.starts_with("08") || STATES.iter().any(|transient| transient.code() == state)
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let transient = match error.code() {
            Some(state) => is_transient(state.code()),
            // No answer of the server's: the connection is gone, and the next call makes another.
            None => error.is_closed(),
        };
        if transient {
            Self::Busy
        } else {
            Self::Backend(Box::new(error))
        }
    }
}
