//! What the stores do. Yours.

use contract_suite::{Cached, Exists, Log, Memory, Store};

#[test]
fn test_memory() {
    let mut store = Memory::default();
    store.put("a", b"1");
    assert_eq!(store.get("a"), Some(b"1".to_vec()));
    store.put("a", b"2");
    assert_eq!(store.get("a"), Some(b"2".to_vec()));
    assert_eq!(store.put_new("a", b"3"), Err(Exists));
    assert_eq!(store.list("").len(), 1);
    assert!(store.delete("a"));
    assert_eq!(store.get("a"), None);
}

#[test]
fn test_log() {
    let mut store = Log::default();
    store.put("a", b"1");
    store.put("b", b"2");
    assert_eq!(store.get("a"), Some(b"1".to_vec()));
    assert!(store.delete("a"));
    store.tidy();
    assert_eq!(store.get("b"), Some(b"2".to_vec()));
}

#[test]
fn test_cached() {
    let mut store = Cached::<Memory>::default();
    store.put("a", b"1");
    assert_eq!(store.get("a"), Some(b"1".to_vec()));
    assert_eq!(store.get("b"), None);
}
