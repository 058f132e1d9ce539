//! A day of a site: what it says, and what the database does for it. SQLite counts.

#[path = "support/archive.rs"]
mod archive;

use archive::{Archive, DAY, OLD, room};
use profiling::{History, Reading, batch};
use rusqlite::Connection;

/// Midnight before [`DAY`].
const MIDNIGHT: i64 = 1_772_323_200;

fn readings(text: &str) -> Vec<Reading<'_>> {
    batch(text).expect("lines of this file are readings")
}

#[test]
fn a_day_takes_a_handful_of_statements() {
    let statements = [2, 30, 120].map(|rooms| {
        let (days, statements, _) = Archive::new().with(rooms, 1).counted();
        assert_eq!(days.len() as i64, rooms, "every room of the site");
        statements
    });
    assert!(
        statements.iter().all(|&n| n == statements[0]) && statements[0] <= 3,
        "a day of sites with 2, 30 and 120 rooms took {statements:?} statements. Each is quick, and no log of slow ones has it; \
         together they are the page. The number has to be the same for all three, and three at the most"
    );
}

#[test]
fn the_work_is_that_of_the_day() {
    let [few, many] = [2, 20].map(|days| {
        let (rooms, _, steps) = Archive::new().with(10, days).counted();
        let expected = room("hall/room-001", 24, Some((-190, -167)));
        assert_eq!(rooms[0], expected, "the first room, of {days} days");
        steps
    });
    assert!(
        many <= few + few / 2,
        "one day took {few} steps where two days are kept, and {many} where 20 are: the database looks at each reading of a room, and asks \
         it what day it is. An index is in the order of its columns, not of what a function makes of them"
    );
    let [alone, beside] = [0, 20].map(|others| {
        let archive = Archive::new().with(10, 2).beside(others);
        let (rooms, _, steps) = archive.counted();
        assert_eq!(rooms.len(), 10, "every room of the site");
        steps
    });
    assert!(
        beside <= alone + alone / 2,
        "the day took {alone} steps, and {beside} where 20 other sites have as many rooms: the database looks at the readings of other sites, \
         once for each room of this one"
    );
}

#[test]
fn a_database_that_is_in_use_becomes_as_quick() {
    let (_, _, new) = Archive::new().with(10, 20).counted();
    let (rooms, _, old) = Archive::on(OLD).with(10, 20).counted();
    assert_eq!(rooms.len(), 10, "every room of the site");
    assert!(
        old <= new + new / 5,
        "a day took {new} steps in a new database and {old} in one with the tables and the index of last year. `IF NOT EXISTS` looks at the \
         name: what has it already stays as it is"
    );
}

#[test]
fn a_database_that_is_as_it_should_be_is_left_alone() {
    // In memory, for as long as somebody is connected.
    let open = || Connection::open("file:again?mode=memory&cache=shared").expect("memory is there");
    let start = || drop(History::new(open()).expect("tables and indexes are good SQL"));
    let watcher = open();
    watcher.execute_batch(OLD).expect("good SQL");
    let changes = || -> i64 {
        watcher
            .query_row("PRAGMA schema_version", [], |row| row.get(0))
            .expect("SQLite counts the changes of its tables and indexes")
    };
    start();
    let first = changes();
    start();
    assert_eq!(
        changes() - first,
        0,
        "a monitor started on a database that an earlier start had put right, and changed tables or indexes again (left: how often). To make \
         an index it reads all that was ever measured, at each start"
    );
}

#[test]
fn no_index_is_the_beginning_of_another() {
    for archive in [Archive::new(), Archive::on(OLD)] {
        let db = archive.history.db();
        let mut indexes = db
            .prepare(
                "SELECT (SELECT group_concat(coalesce(name, '?') || ',', '') FROM (SELECT name FROM pragma_index_info(il.name) ORDER BY seqno))
                 FROM pragma_index_list('readings') AS il",
            )
            .expect("SQLite tells its indexes");
        let indexes: Vec<String> = indexes
            .query_map([], |row| row.get(0))
            .expect("SQLite tells its indexes")
            .collect::<Result<_, _>>()
            .expect("columns have names");
        for (at, one) in indexes.iter().enumerate() {
            for (beside, other) in indexes.iter().enumerate() {
                assert!(
                    at == beside || !other.starts_with(one.as_str()),
                    "`readings` has the indexes {indexes:?}, and whatever `{one}` is good for `{other}` can do. Each reading is \
                     written into both"
                );
            }
        }
    }
}

#[test]
fn each_room_has_its_day() {
    let mut archive = Archive::new();
    let text = format!(
        "oslo/hall/b/p {} 1\noslo/hall/b/p {MIDNIGHT} 2\noslo/hall/b/q {} 7\noslo/hall/b/q {} 5\noslo/hall/b/p {} 9\n\
         oslo/hall/a/p {} 4\noslo/Yard/p {MIDNIGHT} -5\nbergen/hall/b/p {MIDNIGHT} 99\n",
        MIDNIGHT - 1,
        MIDNIGHT + 40_000,
        MIDNIGHT + 86_399,
        MIDNIGHT + 86_400,
        MIDNIGHT - 86_400,
    );
    archive
        .history
        .keep(&readings(&text))
        .expect("there is room");
    assert_eq!(
        archive.day("oslo", DAY),
        [
            room("hall/a", 0, None),
            room("hall/b", 3, Some((2, 7))),
            room("yard", 1, Some((-5, -5))),
        ],
        "of the rooms of `oslo`, by name: `hall/a` was measured the day before only; in `hall/b` the first second of the day and its \
         last one count, and the seconds beside them do not; `bergen` has a room of the same name"
    );
    assert_eq!(
        archive.day("trondheim", DAY),
        [],
        "a site that nobody has heard of has no rooms"
    );
}

#[test]
fn a_day_that_is_none_has_no_readings() {
    let archive = Archive::new().with(1, 3);
    for day in [
        "2026-02-29",
        "2026-02-30",
        "2026-3-1",
        "2026-03-01 12:00",
        "",
        "1772323200",
    ] {
        assert_eq!(
            archive.day("oslo", day),
            [room("hall/room-001", 0, None)],
            "`{day}` is no day of the calendar in this form. It had no readings before, and what is quick must not find other ones"
        );
    }
}

#[test]
fn totals_are_of_all_days() {
    let archive = Archive::new().with(2, 3);
    let totals = archive.history.totals().expect("sites are text");
    let all = 2 * 3 * 24;
    let expected = [("bergen".to_owned(), all), ("oslo".to_owned(), all)];
    assert_eq!(totals, expected, "the readings of each site");
}
