//! Stage 3: long stories, and rows that somebody has changed.

mod folder {
    include!("support/folder.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use folder::Folder;
use rooms::domain::{BookingId, Room};
use rooms::ports::{RoomId, Rooms, Saved, Version};
use rooms::stores::{Log, Memory, Sqlite};
use support::{ADA, BO, NINE, room, slot, title};

/// Small numbers from a seed: a linear congruential generator.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

#[test]
fn three_stores_tell_one_story() {
    let folder = Folder::new("story");
    let (log, database) = (folder.fresh(), folder.fresh());
    let memory = Memory::new();
    let mut dice = Dice(11);
    for step in 0..60 {
        // Opened anew each time, as after a crash.
        let log = Log::open(&log).expect("the log opens");
        let sqlite = Sqlite::open(&database).expect("SQLite opens");
        let id = RoomId(dice.roll(3));
        let found = memory.find(id).expect("memory answers");
        let (mut hall, version) = found.unwrap_or((room(), Version(0)));
        let from = 30 * i64::try_from(dice.roll(40)).unwrap_or(0);
        let by = [ADA, BO][usize::try_from(dice.roll(2)).unwrap_or(0)];
        let _ = hall.book(by, BookingId(step), slot(from, from + 30), title("x"), NINE);
        let _ = hall.cancel(ADA, BookingId(dice.roll(step + 1)), NINE);
        let seen = Version((version.0 + dice.roll(4)).saturating_sub(dice.roll(2)));
        let saved = memory.save(id, &hall, seen);
        assert_eq!(
            (log.save(id, &hall, seen), sqlite.save(id, &hall, seen)),
            (saved, saved),
            "step {step}: what the log and SQLite say to a room saved at {seen:?}, and what memory has said (right)"
        );
        for id in (0..3).map(RoomId) {
            let expected = memory.find(id);
            assert_eq!(
                (log.find(id), sqlite.find(id)),
                (expected.clone(), expected),
                "step {step}: what the log and SQLite find of {id:?}, and what memory finds (right)"
            );
        }
    }
}

#[test]
fn a_lost_race_leaves_the_file_as_it_was() {
    let folder = Folder::new("lost");
    let path = folder.fresh();
    let log = Log::open(&path).expect("the log opens");
    let hall = RoomId(7);
    assert_eq!(log.save(hall, &room(), Version(0)), Ok(Saved::Yes), "saved");
    let before = std::fs::read(&path).expect("the log is a file");
    let other = Room::found(BO);
    assert_eq!(
        log.save(hall, &other, Version(0)),
        Ok(Saved::Outdated),
        "saved at a version that is gone"
    );
    assert_eq!(
        std::fs::read(&path).expect("the log is a file"),
        before,
        "the file after a save that was outdated"
    );
}
