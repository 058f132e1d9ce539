//! Jobs in a SQLite file, which several processes may have open.

mod migrations;
mod rows;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use self::rows::{COLUMNS, LAPSED, sql};
use crate::job::{Change, Job, JobId, Refused, Work};
use crate::store::{Census, Enqueued, Full, Intake, Store, StoreError};
use crate::time::Timestamp;

/// How long a call waits for another process to let go of the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// Jobs in a SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Mutex<Connection>,
}

/// SQLite's errors, and rows that make no sense.
type Failure = Box<dyn std::error::Error + Send + Sync>;

impl SqliteStore {
    /// Opens the file, makes it if it is not there, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// If it can't be read, or was written by a later release. Then nothing that it holds has changed.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let opened = open(path).map_err(|error| {
            let error = format!("{}: {error}", path.display());
            StoreError::new("open the file of jobs", error)
        })?;
        Ok(Self {
            connection: Mutex::new(opened),
        })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A transaction that a panic has dropped is rolled back.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// One transaction, or nothing.
    ///
    /// Immediate, because all of them read before they write: a deferred one would take the file's lock at
    /// its first write, and would have to be begun again if somebody had been faster.
    fn write<T>(
        &self,
        action: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let run = || {
            let mut connection = self.connection();
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let made = work(&transaction)?;
            transaction.commit()?;
            Ok(made)
        };
        run().map_err(|error: Failure| StoreError::new(action, error))
    }

    fn read<T>(
        &self,
        action: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        work(&self.connection()).map_err(|error| StoreError::new(action, error))
    }
}

fn open(path: &Path) -> Result<Connection, Failure> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    // Before anything is set: the journal's mode is kept in the file, which may not be ours to change.
    migrations::taken(&connection)?;
    write_ahead(&connection)?;
    // A commit that was acknowledged is on the disk. `NORMAL` is faster, and loses the last ones with the power.
    connection.pragma_update(None, "synchronous", "FULL")?;
    migrations::run(&mut connection)?;
    Ok(connection)
}

/// Sets the journal's mode with which readers and the writer do not wait for each other.
///
/// SQLite writes it into the file, and does not wait for the lock then, whatever `busy_timeout` is.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let begun = Instant::now();
    loop {
        let set = connection.pragma_update(None, "journal_mode", "WAL");
        let busy = matches!(&set, Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy));
        if !busy || begun.elapsed() >= PATIENCE {
            return set;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

impl Intake for SqliteStore {
    fn admit(
        &self,
        work: Work,
        key: Option<&str>,
        room: u64,
        now: Timestamp,
    ) -> Result<Result<Enqueued, Full>, StoreError> {
        self.write("admit a job", |file| {
            if let Some(before) = rows::before(file, &work, key)? {
                return Ok(Ok(before));
            }
            // Counted under the lock under which the job is kept: of two who see the last place, one gets it.
            if rows::open(file, now)? >= room {
                return Ok(Err(Full));
            }
            let id = rows::insert(file, &work, key, now)?;
            Ok(Ok(Enqueued::New(id)))
        })
    }
}

impl Store for SqliteStore {
    fn enqueue(
        &self,
        work: Work,
        key: Option<&str>,
        now: Timestamp,
    ) -> Result<Enqueued, StoreError> {
        self.write("accept a job", |file| {
            if let Some(before) = rows::before(file, &work, key)? {
                return Ok(before);
            }
            rows::insert(file, &work, key, now).map(Enqueued::New)
        })
    }

    fn claim(&self, now: Timestamp, length: Duration) -> Result<Option<Job>, StoreError> {
        self.write("claim a job", |file| {
            // Or they would be at the head of the line for ever, and each claim would step over all of them.
            let bury = format!("UPDATE jobs SET state = 'dead' WHERE {LAPSED}");
            file.prepare(&bury)?.execute([sql(now.millis())])?;
            let next = "state IN ('ready', 'leased') AND at_ms <= ?1 ORDER BY at_ms, id LIMIT 1";
            let Some(mut job) = rows::find(file, next, [sql(now.millis())])? else {
                return Ok(None);
            };
            job.lease(now, length)
                .map_err(|refused| format!("{:?} is {refused:?}", job.id()))?;
            rows::update(file, &job)?;
            Ok(Some(job))
        })
    }

    fn change(
        &self,
        id: JobId,
        change: &Change,
        now: Timestamp,
    ) -> Result<Result<Job, Refused>, StoreError> {
        self.write("change a job", |file| {
            let Some(mut job) = rows::find(file, "id = ?1", [sql(id.get())])? else {
                return Ok(Err(Refused::Missing));
            };
            if let Err(refused) = job.apply(change, now) {
                return Ok(Err(refused));
            }
            rows::update(file, &job)?;
            Ok(Ok(job))
        })
    }

    fn find(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.read("find a job", |file| {
            rows::find(file, "id = ?1", [sql(id.get())])
        })
    }

    fn dead(
        &self,
        now: Timestamp,
        after: Option<JobId>,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError> {
        self.read("list dead jobs", |file| {
            let mut query = file.prepare(&format!(
                "SELECT {COLUMNS} FROM jobs WHERE (state = 'dead' OR {LAPSED}) AND id > ?2 ORDER BY id LIMIT ?3"
            ))?;
            let after = after.map_or(0, |after| sql(after.get()));
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let mut found = query.query((sql(now.millis()), after, limit))?;
            let mut jobs = Vec::new();
            while let Some(row) = found.next()? {
                jobs.push(rows::job(row)?);
            }
            Ok(jobs)
        })
    }

    fn census(&self, now: Timestamp) -> Result<Census, StoreError> {
        self.read("count jobs", |file| {
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
        })
    }
}
