// What every place for copies promises, whichever it is. Each call uses keys of its own.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::time::Duration;

use capstone::ports::{CacheStore, Lease, Looked};

const KEEP: Duration = Duration::from_secs(60);

pub async fn look(store: &dyn CacheStore, key: &str) -> Looked {
    store.look(key).await.expect("the cache works")
}

/// A lease of a key that is empty.
pub async fn lease(store: &dyn CacheStore, key: &str) -> Lease {
    match look(store, key).await {
        Looked::Vacant(lease) => lease,
        other => {
            panic!("there is nothing under {key}, and nobody who is about to fill it: {other:?}")
        }
    }
}

pub async fn fill(store: &dyn CacheStore, key: &str, lease: Lease, value: &[u8]) {
    let filled = store.fill(key, lease, value.to_vec(), KEEP).await;
    filled.expect("the cache works");
}

pub async fn remove(store: &dyn CacheStore, key: &str) {
    store.remove(key).await.expect("the cache works");
}

pub async fn keep_the_contract(store: &dyn CacheStore, prefix: &str) {
    let key = |name: &str| format!("{prefix}:{name}");

    // What comes back is what was put in, byte for byte.
    let bytes: Vec<u8> = (0..=255).chain(*b"\r\n$-1\r\n").collect();
    for (name, value) in [
        ("bytes", bytes.as_slice()),
        ("empty", b""),
        ("line", b"\r\n"),
    ] {
        let key = key(name);
        let lease = lease(store, &key).await;
        fill(store, &key, lease, value).await;
        assert_eq!(
            look(store, &key).await,
            Looked::Copy(value.to_vec()),
            "{name}"
        );
    }
    assert_eq!(
        look(store, &key("line")).await,
        Looked::Copy(b"\r\n".to_vec()),
        "again"
    );

    // A change ends the lease of whoever has read before it.
    let contested = key("contested");
    let slow = lease(store, &contested).await;
    remove(store, &contested).await;
    fill(store, &contested, slow, b"old").await;
    let quick = lease(store, &contested).await;
    assert_ne!(slow, quick, "no two leases are alike");
    fill(store, &contested, slow, b"old").await;
    let after = look(store, &contested).await;
    assert!(
        !matches!(after, Looked::Copy(_)),
        "a reader looked, somebody changed the task and emptied its key, and now the reader puts there what it had \
         read before: {after:?}"
    );
    remove(store, &contested).await;
    let quick = lease(store, &contested).await;
    fill(store, &contested, quick, b"new").await;
    fill(store, &contested, slow, b"old").await;
    assert_eq!(
        look(store, &contested).await,
        Looked::Copy(b"new".to_vec()),
        "nor does it replace what somebody has put there since"
    );
    remove(store, &contested).await;
    remove(store, &contested).await;
    lease(store, &contested).await;

    // Keys have nothing to do with each other.
    let (one, other) = (key("one"), key("other"));
    let lease_of_one = lease(store, &one).await;
    fill(store, &other, lease_of_one, b"?").await;
    lease(store, &other).await;
    remove(store, &other).await;
    fill(store, &one, lease_of_one, b"one").await;
    assert_eq!(look(store, &one).await, Looked::Copy(b"one".to_vec()));
}
