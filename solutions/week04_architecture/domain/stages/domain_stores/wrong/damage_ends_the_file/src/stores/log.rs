//! Rooms in a file that only grows: one line for each time that a room was saved, and the last one counts.
//!
//! A line is written, synced, and only then promised. A process that dies in between leaves a piece of a line without its end.
//! That was never promised to anybody, and the next writer cuts it off. A line that has its end and is not what its checksum
//! says is something else: it was promised, and is damaged. Then nobody gets an answer from here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Mutex;

use crate::domain::{Booking, BookingId, Minute, Role, Room, Slot, Snapshot, Title, UserId};
use crate::ports::{RoomId, Rooms, Saved, Unavailable, Version};

/// Rooms in an append-only file.
#[derive(Debug)]
pub struct Log {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    /// Up to here the file has been read, and is whole lines.
    read: u64,
    rooms: BTreeMap<RoomId, (Room, Version)>,
}

impl Log {
    /// The rooms of a file, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// If it can't be read, or has been damaged.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let mut state = State {
            file,
            read: 0,
            rooms: BTreeMap::new(),
        };
        state.locked(State::catch_up)?;
        let state = Mutex::new(state);
        Ok(Self { state })
    }
}

impl Rooms for Log {
    fn find(&self, id: RoomId) -> Result<Option<(Room, Version)>, Unavailable> {
        let mut state = self.state.lock().map_err(|_| Unavailable)?;
        let caught_up = state.locked(State::catch_up);
        caught_up.map_err(|_| Unavailable)?;
        Ok(state.rooms.get(&id).cloned())
    }

    fn save(&self, id: RoomId, room: &Room, seen: Version) -> Result<Saved, Unavailable> {
        let mut state = self.state.lock().map_err(|_| Unavailable)?;
        let saved = state.locked(|state| state.save(id, room, seen));
        saved.map_err(|_| Unavailable)
    }
}

impl State {
    /// With the file to ourselves. Other programs may have it open, too.
    fn locked<T>(&mut self, act: impl FnOnce(&mut Self) -> io::Result<T>) -> io::Result<T> {
        self.file.lock()?;
        let outcome = act(self);
        self.file.unlock()?;
        outcome
    }

    /// Takes in what others have written since.
    fn catch_up(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.read))?;
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes)?;
        // What comes after the last end of a line is torn, and no part of the file.
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let Some(line) = line.strip_suffix(b"\n") else {
                break;
            };
            let Some((id, room, version)) = decode(line) else {
                break;
            };
            let last = self.rooms.get(&id).map_or(0, |(_, version)| version.0);
            if version.0 != last + 1 {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.rooms.insert(id, (room, version));
            self.read += line.len() as u64 + 1;
        }
        Ok(())
    }

    fn save(&mut self, id: RoomId, room: &Room, seen: Version) -> io::Result<Saved> {
        self.catch_up()?;
        let last = self
            .rooms
            .get(&id)
            .map_or(Version(0), |(_, version)| *version);
        if last != seen {
            return Ok(Saved::Outdated);
        }
        let version = Version(seen.0 + 1);
        self.file.set_len(self.read)?;
        self.file.seek(SeekFrom::Start(self.read))?;
        self.file.write_all(encode(id, room, version).as_bytes())?;
        self.file.sync_data()?;
        // Read back by the next `catch_up`, so that there is one way in which a line becomes a room.
        Ok(Saved::Yes)
    }
}

/// `room version roles bookings checksum`, with an end of line.
fn encode(id: RoomId, room: &Room, version: Version) -> String {
    let Snapshot { roles, bookings } = room.snapshot();
    let mut line = format!("{} {} ", id.0, version.0);
    for (user, role) in roles {
        let role = match role {
            Role::Guest => 'g',
            Role::Member => 'm',
            Role::Owner => 'o',
        };
        let _ = write!(line, "{}:{role},", user.0);
    }
    line.push(' ');
    for Booking {
        id,
        by,
        slot,
        title,
    } in bookings
    {
        let (start, end) = (slot.start().0, slot.end().0);
        let _ = write!(line, "{}:{}:{start}:{end}:", id.0, by.0);
        // As digits: in a title there may be anything that separates something here.
        for byte in title.as_str().bytes() {
            let _ = write!(line, "{byte:02x}");
        }
        line.push(',');
    }
    let sum = checksum(line.as_bytes());
    let _ = writeln!(line, " {sum:016x}");
    line
}

fn decode(line: &[u8]) -> Option<(RoomId, Room, Version)> {
    let (said, sum) = std::str::from_utf8(line).ok()?.rsplit_once(' ')?;
    if format!("{:016x}", checksum(said.as_bytes())) != sum {
        return None;
    }
    let mut parts = said.split(' ');
    let id = RoomId(parts.next()?.parse().ok()?);
    let version = Version(parts.next()?.parse().ok()?);
    let roles = parts.next()?.split_terminator(',').map(role);
    let bookings = parts.next()?.split_terminator(',').map(booking);
    let snapshot = Snapshot {
        roles: roles.collect::<Option<_>>()?,
        bookings: bookings.collect::<Option<_>>()?,
    };
    Some((id, Room::restore(snapshot).ok()?, version))
}

fn role(text: &str) -> Option<(UserId, Role)> {
    let (user, role) = text.split_once(':')?;
    let role = match role {
        "g" => Role::Guest,
        "m" => Role::Member,
        "o" => Role::Owner,
        _ => return None,
    };
    Some((UserId(user.parse().ok()?), role))
}

fn booking(text: &str) -> Option<Booking> {
    let parts: Vec<&str> = text.split(':').collect();
    let &[id, by, start, end, title] = parts.as_slice() else {
        return None;
    };
    let (start, end) = (Minute(start.parse().ok()?), Minute(end.parse().ok()?));
    let bytes = title.as_bytes().chunks(2);
    let bytes = bytes.map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
    let title = String::from_utf8(bytes.collect::<Option<_>>()?).ok()?;
    Some(Booking {
        id: BookingId(id.parse().ok()?),
        by: UserId(by.parse().ok()?),
        slot: Slot::new(start, end).ok()?,
        title: Title::new(&title).ok()?,
    })
}

/// FNV-1a of 64 bits (Fowler, Noll and Vo). Against accidents, and not against people.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
