//! A history whose database tells each statement that ends, and the steps that it took.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::{Arc, Mutex, PoisonError};

use profiling::{History, RoomDay};
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, StatementStatus, params};

/// A day like others.
pub const DAY: &str = "2026-03-01";

/// Tables and index as a monitor has made them that is in use since last year.
pub const OLD: &str = "
    CREATE TABLE rooms (id INTEGER PRIMARY KEY, site TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (site, name)) STRICT;
    CREATE TABLE readings (room INTEGER NOT NULL REFERENCES rooms, at INTEGER NOT NULL, tenths INTEGER NOT NULL) STRICT;
    CREATE INDEX readings_room ON readings (room);
";

pub struct Archive {
    pub history: History,
    steps: Arc<Mutex<Vec<i64>>>,
}

impl Archive {
    /// A new one.
    pub fn new() -> Self {
        Self::on("")
    }

    /// One on a database in which this has been done before.
    pub fn on(before: &str) -> Self {
        let mut db = Connection::open_in_memory().expect("memory is there");
        db.execute_batch(before).expect("good SQL");
        let steps = Arc::<Mutex<Vec<i64>>>::default();
        let noted = Arc::clone(&steps);
        let note = move |event: TraceEvent<'_>| {
            if let TraceEvent::Profile(statement, _) = event {
                let took = i64::from(statement.get_status(StatementStatus::VmStep));
                let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
                noted.push(took);
            }
        };
        db.trace_v2(TraceEventCodes::SQLITE_TRACE_PROFILE, Some(note))
            .expect("a connection can be traced");
        let history = History::new(db).expect("tables and indexes are good SQL");
        Self { history, steps }
    }

    /// So many rooms in `oslo` and as many in `bergen`, with 24 readings a day for so many days, of which [`DAY`] is the first.
    pub fn with(self, rooms: i64, days: i64) -> Self {
        fill(self.history.db(), rooms, days);
        self
    }

    /// And so many other sites with what `bergen` has.
    pub fn beside(self, sites: i64) -> Self {
        copy_bergen(self.history.db(), sites);
        self
    }

    /// The day of a site.
    pub fn day(&self, site: &str, day: &str) -> Vec<RoomDay> {
        let rooms = self.history.day(site, day);
        rooms.unwrap_or_else(|error| panic!("`{day}` of `{site}`: {error}"))
    }

    /// The day of `oslo`, the statements for it, and the steps of all of them.
    pub fn counted(&self) -> (Vec<RoomDay>, usize, i64) {
        self.take();
        let rooms = self.day("oslo", DAY);
        let steps = self.take();
        (rooms, steps.len(), steps.iter().sum())
    }

    fn take(&self) -> Vec<i64> {
        std::mem::take(&mut self.steps.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What [`Archive::with`] says.
pub fn fill(db: &Connection, rooms: i64, days: i64) {
    db.execute(
        "INSERT INTO rooms (site, name)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         SELECT site, format('hall/room-%03d', i) FROM n, (SELECT 'oslo' AS site UNION SELECT 'bergen')",
        [rooms],
    )
    .expect("rooms are as they were");
    db.execute(
        "INSERT INTO readings (room, at, tenths)
         WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 24 * ?1 - 1)
         SELECT rooms.id, unixepoch(?2) + i * 3600, i % 24 - 190 FROM n, rooms",
        params![days, DAY],
    )
    .expect("readings are as they were");
}

fn copy_bergen(db: &Connection, sites: i64) {
    db.execute(
        "INSERT INTO rooms (site, name)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
         SELECT format('site-%02d', i), name FROM (SELECT i FROM n LIMIT ?1), rooms WHERE site = 'bergen'",
        [sites],
    )
    .expect("rooms are as they were");
    db.execute(
        "INSERT INTO readings (room, at, tenths)
         SELECT copies.id, at, tenths
         FROM rooms AS copies
         JOIN rooms AS originals ON originals.site = 'bergen' AND originals.name = copies.name
         JOIN readings ON readings.room = originals.id
         WHERE copies.site LIKE 'site-%'",
        [],
    )
    .expect("readings are as they were");
}

pub fn room(name: &str, readings: i64, range: Option<(i64, i64)>) -> RoomDay {
    let name = name.to_owned();
    RoomDay {
        name,
        readings,
        range,
    }
}
