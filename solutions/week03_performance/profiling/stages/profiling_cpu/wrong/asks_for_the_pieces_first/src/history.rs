//! Past days, from the database.

use rusqlite::{Connection, Result, params};

use crate::Reading;

/// Tables and indexes.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS rooms (
        id INTEGER PRIMARY KEY,
        site TEXT NOT NULL,
        name TEXT NOT NULL,
        UNIQUE (site, name)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS readings (
        room INTEGER NOT NULL REFERENCES rooms,
        at INTEGER NOT NULL, -- seconds since 1970
        tenths INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS readings_room ON readings (room);
";

/// A room on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomDay {
    /// Its name, without the site.
    pub name: String,
    /// How many readings there are of that day.
    pub readings: i64,
    /// The coldest and the warmest of them.
    pub range: Option<(i64, i64)>,
}

/// What was measured.
pub struct History {
    db: Connection,
}

impl History {
    /// A history in a database, which may be empty.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn new(db: Connection) -> Result<Self> {
        db.execute_batch(SCHEMA)?;
        Ok(Self { db })
    }

    /// The database.
    pub fn db(&self) -> &Connection {
        &self.db
    }

    /// Keeps readings. A probe's room is all of its place but the site and the probe: of `oslo/hall/freezer/probe` it is
    /// `hall/freezer`.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn keep(&mut self, readings: &[Reading<'_>]) -> Result<()> {
        let transaction = self.db.transaction()?;
        for reading in readings {
            let (site, rest) = reading
                .probe
                .split_once('/')
                .unwrap_or((&reading.probe, ""));
            let room = rest.rsplit_once('/').map_or("", |(room, _)| room);
            transaction.execute(
                "INSERT INTO rooms (site, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                [site, room],
            )?;
            transaction.execute(
                "INSERT INTO readings (room, at, tenths)
                 SELECT id, ?3, ?4 FROM rooms WHERE site = ?1 AND name = ?2",
                params![site, room, reading.at, reading.tenths],
            )?;
        }
        transaction.commit()
    }

    /// How many readings there are of each site, in order of their names.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn totals(&self) -> Result<Vec<(String, i64)>> {
        let mut sites = self.db.prepare(
            "SELECT rooms.site, count(*) FROM rooms JOIN readings ON readings.room = rooms.id
             GROUP BY rooms.site ORDER BY rooms.site",
        )?;
        sites
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    }

    /// Every room of a site on a day such as `2026-03-01`, by UTC, in order of their names; also those without a reading.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn day(&self, site: &str, day: &str) -> Result<Vec<RoomDay>> {
        let mut rooms = self
            .db
            .prepare("SELECT id, name FROM rooms WHERE site = ?1 ORDER BY name")?;
        let rooms: Vec<(i64, String)> = rooms
            .query_map([site], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_>>()?;
        let of_day = |(id, name)| {
            self.db.query_row(
                "SELECT count(*), min(tenths), max(tenths) FROM readings
                 WHERE room = ?1 AND date(at, 'unixepoch') = ?2",
                params![id, day],
                |row| {
                    let (coldest, warmest): (Option<i64>, Option<i64>) = (row.get(1)?, row.get(2)?);
                    Ok(RoomDay {
                        name,
                        readings: row.get(0)?,
                        range: coldest.zip(warmest),
                    })
                },
            )
        };
        rooms.into_iter().map(of_day).collect()
    }
}
