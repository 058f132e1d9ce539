//! Rooms in SQLite: a transaction for each call, so that a room is there as a whole or not at all.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::domain::{Booking, BookingId, Minute, Role, Room, Slot, Snapshot, Title, UserId};
use crate::ports::{RoomId, Rooms, Saved, Unavailable, Version};

// In one step: what is made by halves is found by the next one who opens the file.
const SCHEMA: &str = "
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS rooms (
        id INTEGER PRIMARY KEY,
        version INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS roles (
        room INTEGER NOT NULL REFERENCES rooms,
        user INTEGER NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('guest', 'member', 'owner')),
        PRIMARY KEY (room, user)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS bookings (
        room INTEGER NOT NULL REFERENCES rooms,
        id INTEGER NOT NULL,
        user INTEGER NOT NULL,
        first_minute INTEGER NOT NULL,
        end_minute INTEGER NOT NULL CHECK (end_minute > first_minute),
        title TEXT NOT NULL,
        PRIMARY KEY (room, id)
    ) STRICT, WITHOUT ROWID;
    COMMIT;
";

/// Rooms in a database.
#[derive(Debug)]
pub struct Sqlite {
    connection: Mutex<Connection>,
}

impl Sqlite {
    /// The rooms of a file, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// If it can't be opened, or is no database.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self {
            connection: Mutex::new(connection),
        })
    }

    fn within<T>(
        &self,
        behavior: TransactionBehavior,
        act: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, Unavailable> {
        let mut connection = self.connection.lock().map_err(|_| Unavailable)?;
        let run = || {
            let transaction = connection.transaction_with_behavior(behavior)?;
            let outcome = act(&transaction)?;
            // Without it, on an error or a panic, dropping takes all back.
            transaction.commit()?;
            Ok(outcome)
        };
        run().map_err(|_: rusqlite::Error| Unavailable)
    }
}

impl Rooms for Sqlite {
    fn find(&self, id: RoomId) -> Result<Option<(Room, Version)>, Unavailable> {
        // Three questions about one moment.
        let found = self.within(TransactionBehavior::Deferred, |it| find(it, id))?;
        let Some((rows, version)) = found else {
            return Ok(None);
        };
        let snapshot = rows.snapshot().ok_or(Unavailable)?;
        let room = Room::restore(snapshot).map_err(|_| Unavailable)?;
        Ok(Some((room, version)))
    }

    fn save(&self, id: RoomId, room: &Room, seen: Version) -> Result<Saved, Unavailable> {
        // Immediate: a transaction that begins by reading may be refused when it wants to write.
        self.within(TransactionBehavior::Immediate, |it| {
            save(it, id, room, seen)
        })
    }
}

/// What the tables say, before anybody believes it.
struct Rows {
    roles: Vec<(i64, String)>,
    bookings: Vec<(i64, i64, i64, i64, String)>,
}

fn find(db: &Transaction<'_>, id: RoomId) -> rusqlite::Result<Option<(Rows, Version)>> {
    let id = id.0.cast_signed();
    let version: Option<i64> = db
        .query_row("SELECT version FROM rooms WHERE id = ?1", [id], |row| {
            row.get(0)
        })
        .optional()?;
    let Some(version) = version else {
        return Ok(None);
    };
    let roles = db
        .prepare("SELECT user, role FROM roles WHERE room = ?1")?
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let bookings = db
        .prepare("SELECT id, user, first_minute, end_minute, title FROM bookings WHERE room = ?1")?
        .query_map([id], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ))
        })?
        .collect::<Result<_, _>>()?;
    let version = Version(version.cast_unsigned());
    Ok(Some((Rows { roles, bookings }, version)))
}

impl Rows {
    fn snapshot(self) -> Option<Snapshot> {
        let role = |(user, role): (i64, String)| {
            let role = match role.as_str() {
                "guest" => Role::Guest,
                "member" => Role::Member,
                "owner" => Role::Owner,
                _ => return None,
            };
            Some((UserId(user.cast_unsigned()), role))
        };
        let booking = |(id, user, start, end, title): (i64, i64, i64, i64, String)| {
            Some(Booking {
                id: BookingId(id.cast_unsigned()),
                by: UserId(user.cast_unsigned()),
                slot: Slot::new(Minute(start), Minute(end)).ok()?,
                title: Title::new(&title).ok()?,
            })
        };
        Some(Snapshot {
            roles: self.roles.into_iter().map(role).collect::<Option<_>>()?,
            bookings: (self.bookings.into_iter())
                .map(booking)
                .collect::<Option<_>>()?,
        })
    }
}

fn save(db: &Transaction<'_>, id: RoomId, room: &Room, seen: Version) -> rusqlite::Result<Saved> {
    // SQLite's integers have a sign. The same 64 bits, read the other way, are as good a name.
    let id = id.0.cast_signed();
    let counted = if seen == Version(0) {
        db.execute(
            "INSERT INTO rooms (id, version) VALUES (?1, 1) ON CONFLICT DO NOTHING",
            [id],
        )?
    } else {
        db.execute(
            "UPDATE rooms SET version = version + 1 WHERE id = ?1 AND version = ?2",
            [id, seen.0.cast_signed()],
        )?
    };
    if counted == 0 {
        return Ok(Saved::Outdated);
    }
    // A room is small. To find out what has changed would be a second set of rules.
    db.execute("DELETE FROM roles WHERE room = ?1", [id])?;
    db.execute("DELETE FROM bookings WHERE room = ?1", [id])?;
    let Snapshot { roles, bookings } = room.snapshot();
    let mut insert = db.prepare("INSERT INTO roles VALUES (?1, ?2, ?3)")?;
    for (user, role) in roles {
        let role = match role {
            Role::Guest => "guest",
            Role::Member => "member",
            Role::Owner => "owner",
        };
        insert.execute(params![id, user.0.cast_signed(), role])?;
    }
    let mut insert = db.prepare("INSERT INTO bookings VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for it in bookings {
        insert.execute(params![
            id,
            it.id.0.cast_signed(),
            it.by.0.cast_signed(),
            it.slot.start().0,
            it.slot.end().0,
            it.title.as_str(),
        ])?;
    }
    Ok(Saved::Yes)
}
