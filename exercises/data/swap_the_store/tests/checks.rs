//! One contract, two stores: each clause is a function that knows the trait only, and is called for both.

use std::path::PathBuf;
use std::{env, fs, process};

use rusqlite::Connection;
use swap_the_store::{Catalogue, Memory, Object, Sql, StoreError};

const MAX: u64 = u64::MAX;

fn memory() -> Memory {
    Memory::new()
}

fn sql() -> Sql {
    let db = Connection::open_in_memory().expect("memory is there");
    Sql::new(db).expect("an empty database can be a catalogue")
}

/// Calls a clause for both stores, and says for which one it fails.
macro_rules! both {
    ($clause:ident) => {
        $clause("the store in memory", &mut memory());
        $clause("the store in SQLite", &mut sql());
    };
}

fn object(size: u64, owner: Option<&str>, revision: u32) -> Object {
    Object {
        size,
        owner: owner.map(str::to_owned),
        revision,
    }
}

fn get(store: &impl Catalogue, key: &str) -> Option<Object> {
    store.get(key).expect("the store works")
}

fn put(store: &mut impl Catalogue, key: &str, size: u64, owner: Option<&str>) -> u32 {
    store.put(key, size, owner).expect("the store works")
}

fn keys(store: &impl Catalogue, prefix: &str, limit: usize) -> Vec<String> {
    let listed = store.list(prefix, limit).expect("the store works");
    listed.into_iter().map(|(key, _)| key).collect()
}

#[test]
fn what_is_put_is_there_until_it_is_removed() {
    fn clause(which: &str, store: &mut impl Catalogue) {
        assert_eq!(get(store, "a"), None, "{which} is empty");
        for (key, size, owner) in [
            ("a", 10, Some("ada")),
            ("A", 0, None),
            ("", 5, Some("it's; DROP TABLE objects; --")),
            ("größe/✓", 1, Some("")),
        ] {
            assert_eq!(put(store, key, size, owner), 1, "{which}: `{key}` is new");
            assert_eq!(
                get(store, key),
                Some(object(size, owner, 1)),
                "{which}: `{key}` is there as it was put; no owner is not the same as one without a name"
            );
        }
        let removed = ["a", "a", "nothing"].map(|key| store.remove(key).expect("the store works"));
        assert_eq!(
            removed,
            [true, false, false],
            "{which}: only what is there can be removed"
        );
        assert_eq!(
            (get(store, "a"), keys(store, "", 9).len()),
            (None, 3),
            "{which}: one of four is gone"
        );
    }
    both!(clause);
}

#[test]
fn each_change_counts() {
    fn clause(which: &str, store: &mut impl Catalogue) {
        let revisions: Vec<u32> = (1..=4)
            .map(|size| put(store, "a", size, Some("ada")))
            .collect();
        assert_eq!(
            (revisions, get(store, "a")),
            (vec![1, 2, 3, 4], Some(object(4, Some("ada"), 4))),
            "{which}: an object that is changed keeps its history, so the revision counts on (left: revisions \
             returned, and the object)"
        );
        put(store, "a", 5, None);
        assert_eq!(
            get(store, "a"),
            Some(object(5, None, 5)),
            "{which}: the owner was given up"
        );
        store.remove("a").expect("the store works");
        assert_eq!(
            put(store, "a", 6, None),
            1,
            "{which}: entered again, it begins at 1"
        );
    }
    both!(clause);
}

#[test]
fn only_what_was_looked_at_is_replaced() {
    fn clause(which: &str, store: &mut impl Catalogue) {
        put(store, "a", 1, None);
        put(store, "a", 2, None);
        assert!(
            matches!(store.replace("a", 2, 3, Some("ada")), Ok(3)),
            "{which}: nobody has changed the object since revision 2"
        );
        for (key, now) in [("a", Some(3)), ("b", None)] {
            let replaced = store.replace(key, 2, 9, None);
            assert!(
                matches!(&replaced, Err(StoreError::Conflict(found)) if *found == now),
                "{which}: `{key}` is not at revision 2, so replacing that is a conflict with {now:?}, and was \
                 {replaced:?}. Whoever is told of success stops looking"
            );
        }
        assert_eq!(
            get(store, "a"),
            Some(object(3, Some("ada"), 3)),
            "{which}: a conflict changes nothing"
        );
        assert_eq!(get(store, "b"), None, "{which}: a conflict enters nothing");
    }
    both!(clause);
}

#[test]
fn a_prefix_is_a_prefix() {
    fn clause(which: &str, store: &mut impl Catalogue) {
        for key in [
            "b/2",
            "a_1",
            "b/1",
            "ab1",
            "A_1",
            "a%1",
            "a",
            "b/10",
            "aé",
            "a\u{10ffff}",
        ] {
            put(store, key, 1, None);
        }
        for (prefix, limit, expected) in [
            ("b/", 9, &["b/1", "b/10", "b/2"][..]),
            ("b/", 2, &["b/1", "b/10"]),
            ("b/1", 9, &["b/1", "b/10"]),
            ("a_", 9, &["a_1"]),
            ("a%", 9, &["a%1"]),
            ("A", 9, &["A_1"]),
            ("a", 9, &["a", "a%1", "a_1", "ab1", "aé", "a\u{10ffff}"]),
            ("", 3, &["A_1", "a", "a%1"]),
            ("", 0, &[]),
            ("c", usize::MAX, &[]),
        ] {
            assert_eq!(
                keys(store, prefix, limit),
                expected,
                "{which}: at most {limit} keys that begin with `{prefix}`, in the order of their bytes. To LIKE, `%` \
                 and `_` are wildcards, and `a` is `A`"
            );
        }
        let listed = store.list("a_", 1).expect("the store works");
        assert_eq!(
            listed,
            [("a_1".to_owned(), object(1, None, 1))],
            "{which}: with what is known"
        );
    }
    both!(clause);
}

#[test]
fn sizes_have_the_whole_range() {
    fn clause(which: &str, store: &mut impl Catalogue) {
        let largest = |store: &mut _| Catalogue::largest(store).expect("the store works");
        assert_eq!(largest(store), None, "{which} is empty");
        for (key, size, expected) in [
            ("m", 5, "m"),
            ("z", 5, "m"),
            ("b", 5, "b"),
            ("i", i64::MAX as u64, "i"),
            ("u", i64::MAX as u64 + 1, "u"),
            ("v", MAX, "v"),
            ("w", 256, "v"),
            ("c", MAX, "c"),
        ] {
            put(store, key, size, None);
            assert_eq!(
                (
                    get(store, key).map(|object| object.size),
                    largest(store).as_deref()
                ),
                (Some(size), Some(expected)),
                "{which}: with `{key}` of {size} bytes, its size and the key of the largest. As an i64, half of all sizes \
                 are negative; of equal ones the first key counts"
            );
        }
    }
    both!(clause);
}

#[test]
fn the_store_in_a_file_outlives_the_process() {
    let folder: PathBuf = env::temp_dir().join(format!("swap_the_store-{}", process::id()));
    fs::create_dir_all(&folder).expect("a folder for temporary files");
    let open = || {
        let db = Connection::open(folder.join("objects.db")).expect("a file");
        Sql::new(db).expect("a catalogue, new or not")
    };
    let mut one = open();
    put(&mut one, "a", 1, Some("ada"));
    let mut two = open();
    let seen = get(&two, "a");
    put(&mut two, "b", 2, Some("bob"));
    let seen = (seen, get(&one, "b"));
    drop((one, two));
    let afterwards = keys(&open(), "", 9);
    fs::remove_dir_all(&folder).expect("nobody has it open");
    assert_eq!(
        (seen, afterwards),
        (
            (
                Some(object(1, Some("ada"), 1)),
                Some(object(2, Some("bob"), 1))
            ),
            vec!["a".to_owned(), "b".to_owned()]
        ),
        "two processes on one file see each other's changes, and a third one that comes later sees them too"
    );
}
