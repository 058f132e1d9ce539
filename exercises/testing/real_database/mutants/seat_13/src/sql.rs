//! Seats in a database.

use std::path::Path;

use rusqlite::ffi::{SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_TRIGGER};
use rusqlite::{Connection, Error, Result, params};

use crate::{Refused, Seats};

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS shows (
        id INTEGER PRIMARY KEY,
        seats INTEGER NOT NULL
    );
    CREATE TABLE IF NOT EXISTS bookings (
        show INTEGER NOT NULL REFERENCES shows (id),
        seat INTEGER NOT NULL,
        guest TEXT NOT NULL,
        PRIMARY KEY (show, seat)
    );
    CREATE TRIGGER IF NOT EXISTS seat_exists BEFORE INSERT ON bookings
    WHEN NOT (NEW.seat BETWEEN 0 AND 1 + (SELECT seats FROM shows WHERE id = NEW.show))
    BEGIN
        SELECT RAISE(ABORT, 'there is no such seat');
    END;
";

/// What is in it is there for other connections too, and after this one.
#[derive(Debug)]
pub struct Sql {
    db: Connection,
}

impl Sql {
    /// Opens the database in a file, and makes it if there is none.
    ///
    /// # Errors
    ///
    /// Whatever the database says.
    pub fn open(file: &Path) -> Result<Sql> {
        let db = Connection::open(file)?;
        db.execute_batch("PRAGMA foreign_keys = ON; PRAGMA synchronous = OFF;")?;
        db.execute_batch(SCHEMA)?;
        Ok(Sql { db })
    }
}

const BOOK: &str = "INSERT INTO bookings (show, seat, guest) VALUES (?1, ?2, ?3)";

impl Seats for Sql {
    fn add_show(&mut self, show: u32, seats: u32) -> std::result::Result<(), Refused> {
        let sql = "INSERT INTO shows (id, seats) VALUES (?1, ?2)";
        self.db.execute(sql, [show, seats]).map_err(refused)?;
        Ok(())
    }

    fn book(&mut self, show: u32, seat: u32, guest: &str) -> std::result::Result<(), Refused> {
        let booked = self.db.execute(BOOK, params![show, seat, guest]);
        booked.map_err(refused)?;
        Ok(())
    }

    fn rebook(
        &mut self,
        from: (u32, u32),
        to: (u32, u32),
        guest: &str,
    ) -> std::result::Result<(), Refused> {
        let change = self.db.transaction().expect("the database answers");
        let sql = "DELETE FROM bookings WHERE show = ?1 AND seat = ?2 AND guest = ?3";
        let left = change.execute(sql, params![from.0, from.1, guest]);
        if left.map_err(refused)? == 0 {
            return Err(Refused::Unknown);
        }
        let booked = change.execute(BOOK, params![to.0, to.1, guest]);
        booked.map_err(refused)?;
        change.commit().expect("the database keeps it");
        Ok(())
    }

    fn cancel(&mut self, show: u32, guest: &str) -> usize {
        let sql = "DELETE FROM bookings WHERE show = ?1 AND guest = ?2";
        let gone = self.db.execute(sql, params![show, guest]);
        gone.expect("the database answers")
    }

    fn taken(&self, show: u32) -> Vec<(u32, String)> {
        let sql = "SELECT seat, guest FROM bookings WHERE show = ?1 ORDER BY seat";
        let mut query = self.db.prepare(sql).expect("the schema is there");
        let rows = query.query_map([show], |row| Ok((row.get(0)?, row.get(1)?)));
        let rows = rows.and_then(Iterator::collect);
        rows.expect("seats and names are what they were")
    }
}

/// What a broken constraint means.
fn refused(error: Error) -> Refused {
    match error {
        Error::SqliteFailure(code, _)
            if [SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_TRIGGER]
                .contains(&code.extended_code) =>
        {
            Refused::Unknown
        }
        Error::SqliteFailure(code, _) if code.code == rusqlite::ErrorCode::ConstraintViolation => {
            Refused::Taken
        }
        error => panic!("the database has failed: {error}"),
    }
}
