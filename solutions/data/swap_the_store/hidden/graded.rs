//! The store in memory is the model: after each of many calls the other one has to say the same.

use rusqlite::Connection;
use swap_the_store::{Catalogue, Memory, Sql, StoreError};

/// Numbers that look random and are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 16
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[(self.next() % all.len() as u64) as usize]
    }
}

fn told(revision: Result<u32, StoreError>) -> Result<u32, Option<u32>> {
    revision.map_err(|error| match error {
        StoreError::Conflict(now) => now,
        StoreError::Backend(error) => panic!("the store works: {error}"),
    })
}

#[test]
fn a_long_day_is_the_same_on_both() {
    let db = Connection::open_in_memory().expect("memory is there");
    let (mut model, mut store) = (Memory::new(), Sql::new(db).expect("an empty database"));
    let keys = [
        "",
        "%",
        "_",
        "x",
        "X",
        "x%",
        "x_",
        "xx",
        "x/y",
        "x/Y",
        "é",
        "e\u{301}",
        "\u{ffff}",
        "\u{10000}",
    ];
    let sizes = [
        0,
        1,
        255,
        256,
        65_535,
        1 << 32,
        (1 << 63) - 1,
        1 << 63,
        u64::MAX - 1,
        u64::MAX,
    ];
    let owners = [None, Some(""), Some("ada"), Some("Ada"), Some("NULL")];
    let mut numbers = Numbers(7);
    for call in 0..700 {
        let (key, size, owner) = (numbers.of(&keys), numbers.of(&sizes), numbers.of(&owners));
        match numbers.next() % 8 {
            0..=2 => assert_eq!(
                told(store.put(key, size, owner)),
                told(model.put(key, size, owner)),
                "call {call}: put {key:?}"
            ),
            3 | 4 => {
                let revision = (numbers.next() % 4) as u32;
                assert_eq!(
                    told(store.replace(key, revision, size, owner)),
                    told(model.replace(key, revision, size, owner)),
                    "call {call}: replace {key:?} at {revision}"
                );
            }
            5 => assert_eq!(
                store.remove(key).expect("the store works"),
                model.remove(key).expect("a map works"),
                "call {call}: remove {key:?}"
            ),
            6 => {
                let limit = numbers.of(&[0, 1, 3, usize::MAX]);
                assert_eq!(
                    store.list(key, limit).expect("the store works"),
                    model.list(key, limit).expect("a map works"),
                    "call {call}: list {key:?}, at most {limit}"
                );
            }
            _ => assert_eq!(
                store.largest().expect("the store works"),
                model.largest().expect("a map works"),
                "call {call}: largest"
            ),
        }
        assert_eq!(
            store.get(key).expect("the store works"),
            model.get(key).expect("a map works"),
            "after call {call}: get {key:?}"
        );
    }
}

#[test]
fn a_broken_database_is_no_answer() {
    let read_only = Connection::open_in_memory().expect("memory is there");
    read_only
        .pragma_update(None, "query_only", true)
        .expect("a connection can be made to read only");
    assert!(
        matches!(Sql::new(read_only), Err(StoreError::Backend(_))),
        "a database that can't be written can't be a new catalogue"
    );
}
