//! What one thread sees, how keys spread, and who waits for whom. Nothing is timed: an update stops at a gate, and
//! others must get through meanwhile.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use shard_it::Map;

/// How long to wait for what must happen. Only how soon a failure is reported depends on it.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to watch for what must *not* happen.
const WATCH: Duration = Duration::from_millis(100);

const SHARDS: NonZeroUsize = NonZeroUsize::new(16).expect("16 is not 0");

#[test]
fn one_caller_at_a_time_has_a_map() {
    let map = Map::new(SHARDS);
    assert!(map.is_empty(), "nothing was inserted");
    for key in [30, 1, 2000, 7] {
        assert_eq!(map.insert(key, key * 2), None, "key {key} is new");
    }
    assert_eq!(map.insert(7, 15), Some(14), "what was there");
    assert_eq!(map.remove(30), Some(60), "what was there");
    assert_eq!((map.get(7), map.get(30), map.len()), (Some(15), None, 3));
    let before = map.update(1, |value| value.replace(3));
    assert_eq!(before, Some(2), "what the closure returns");
    map.update(5, |value| *value = Some(50));
    map.update(2000, |value| *value = None);
    assert_eq!(
        map.snapshot(),
        [(1, 3), (5, 50), (7, 15)],
        "all that is there, in the order of the keys"
    );
    assert_eq!(map.len(), 3, "how many that are");
}

#[test]
fn keys_spread_over_the_shards() {
    let map = Map::<()>::new(SHARDS);
    for (what, step) in [
        ("keys in a row", 1),
        ("keys in steps of 1024", 1024),
        ("keys in steps of 10", 10),
    ] {
        let mut shards = HashMap::new();
        for n in 0..1600 {
            *shards.entry(map.shard_of(n * step)).or_insert(0_u32) += 1;
        }
        let most = shards.values().max().copied().unwrap_or_default();
        let largest = shards.keys().max().copied().unwrap_or_default();
        assert!(
            largest < 16 && shards.len() == 16 && most <= 200,
            "{what}: 1600 of them must be in all 16 shards, numbered from 0, with 100 in each, give or take; \
             they are in {}, with {most} in one, and the largest number is {largest}",
            shards.len()
        );
    }
}

#[test]
fn keys_of_other_shards_are_served_meanwhile() {
    let map = Arc::new(Map::new(SHARDS));
    let other = (1..1000).find(|key| map.shard_of(*key) != map.shard_of(0));
    let other = other.expect("key 0 and all keys up to 1000 are in one shard; there are to be 16");
    map.insert(other, 1);
    thread::scope(|scope| {
        let (begun, begins) = mpsc::channel();
        let (go, go_on) = mpsc::channel::<()>();
        let updating = Arc::clone(&map);
        scope.spawn(move || {
            updating.update(0, |value| {
                let _ = begun.send(());
                let _ = go_on.recv_timeout(4 * PATIENCE);
                *value = Some(5);
            });
        });
        begins.recv_timeout(PATIENCE).expect("the update begins");
        let (answer, answers) = mpsc::channel();
        let asking = Arc::clone(&map);
        thread::spawn(move || {
            let got = asking.get(other);
            asking.update(other, |value| *value = Some(2));
            let _ = answer.send((got, asking.insert(other, 3)));
        });
        let answer = answers.recv_timeout(PATIENCE);
        drop(go);
        assert_eq!(
            answer,
            Ok((Some(1), Some(2))),
            "while key 0 of shard {} is updated, key {other} of shard {} must be served",
            map.shard_of(0),
            map.shard_of(other)
        );
    });
    assert_eq!(map.get(0), Some(5), "the update of key 0 goes on");
}

#[test]
fn an_update_is_alone_with_its_key() {
    let map = Map::new(SHARDS);
    map.insert(3, 10);
    let (begins, second_begins) = mpsc::channel();
    let overlapped = thread::scope(|scope| {
        map.update(3, |value| {
            let read = value.unwrap_or_default();
            let map = &map;
            scope.spawn(move || {
                map.update(3, |value| {
                    let _ = begins.send(());
                    *value = value.map(|value| value + 1);
                })
            });
            let overlapped = second_begins.recv_timeout(WATCH).is_ok();
            *value = Some(read + 1);
            overlapped
        })
    });
    assert!(
        !overlapped,
        "a second update of key 3 began while the first one was at work, so both started from 10"
    );
    assert_eq!(map.get(3), Some(12), "10 and two updates by 1");
}
