//! The contract, checked of every store by the same code.

use contract_suite::{Cached, Exists, Log, Memory, Store};

/// What can come between two operations and must make no difference.
type Between = fn(&mut dyn Store);

/// Makes an empty store.
type New = fn() -> Box<dyn Store>;

fn nothing(_: &mut dyn Store) {}

/// Checks a fresh store of each kind, for everything that can come between. A new store is one line here.
fn each_store(check: fn(&mut dyn Store, Between)) {
    let stores: [(&str, New); 4] = [
        ("memory", || Box::new(Memory::default())),
        ("log", || Box::new(Log::default())),
        ("cached memory", || Box::new(Cached::<Memory>::default())),
        ("cached log", || Box::new(Cached::<Log>::default())),
    ];
    let betweens: [(&str, Between); 1] = [("nothing", nothing)];
    for (name, new) in stores {
        for (what, between) in betweens {
            // Told by the output of a test that fails.
            println!("{name}, with {what} in between");
            check(new().as_mut(), between);
        }
    }
}

#[track_caller]
fn has(store: &mut dyn Store, key: &str, value: &[u8]) {
    assert_eq!(store.get(key).as_deref(), Some(value), "value of `{key}`");
}

#[track_caller]
fn lists(store: &mut dyn Store, prefix: &str, expected: &[&str]) {
    let mut keys = store.list(prefix);
    keys.sort();
    assert_eq!(keys, expected, "keys that begin with `{prefix}`, sorted");
}

#[test]
fn the_last_value_counts() {
    each_store(|store, between| {
        assert_eq!(store.get("a"), None, "nothing was put");
        store.put("a", b"1");
        between(store);
        has(store, "a", b"1");
        store.put("a", b"2");
        between(store);
        has(store, "a", b"2");
        has(store, "a", b"2");
    });
}

#[test]
fn no_bytes_are_a_value() {
    each_store(|store, between| {
        store.put("a", b"");
        between(store);
        has(store, "a", b"");
        assert_eq!(store.put_new("a", b"1"), Err(Exists), "it has a value");
        lists(store, "", &["a"]);
        assert!(store.delete("a"), "it had a value");
    });
}

#[test]
fn what_is_deleted_is_gone_until_it_is_put_again() {
    each_store(|store, between| {
        store.put("a", b"1");
        store.put("a", b"2");
        between(store);
        assert!(store.delete("a"), "it had a value");
        between(store);
        assert_eq!(store.get("a"), None, "deleted");
        lists(store, "", &[]);
        assert!(!store.delete("a"), "deleted before");
        assert!(!store.delete("b"), "never put");
        assert_eq!(store.put_new("a", b"3"), Ok(()), "it has no value");
        between(store);
        has(store, "a", b"3");
    });
}

#[test]
fn put_new_changes_nothing_that_is_there() {
    each_store(|store, between| {
        assert_eq!(store.get("a"), None, "asked for before it is put");
        assert_eq!(store.put_new("a", b"1"), Ok(()));
        between(store);
        assert_eq!(store.put_new("a", b"2"), Err(Exists));
        between(store);
        has(store, "a", b"1");
        store.put("a", b"3");
        between(store);
        assert_eq!(store.put_new("a", b"4"), Err(Exists));
        has(store, "a", b"3");
    });
}

#[test]
fn keys_are_listed_once_by_what_they_begin_with() {
    each_store(|store, between| {
        for key in ["2026/a", "2026/b", "archive/2026/a", "2025/a", "2026"] {
            store.put(key, b"1");
        }
        store.put("2026/a", b"2");
        store.put("2026/c", b"3");
        store.delete("2026/c");
        // Before anything has come between: just written.
        lists(store, "2026/", &["2026/a", "2026/b"]);
        between(store);
        lists(store, "2026/", &["2026/a", "2026/b"]);
        lists(
            store,
            "",
            &["2025/a", "2026", "2026/a", "2026/b", "archive/2026/a"],
        );
        lists(store, "2027", &[]);
    });
}
