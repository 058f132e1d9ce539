//! The same promises with more threads and other numbers of shards.

use std::num::NonZeroUsize;
use std::thread;

use shard_it::Map;

fn shards(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).expect("not 0")
}

#[test]
fn eight_threads_lose_no_update() {
    for n in [1, 3, 64] {
        let map = Map::new(shards(n));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for round in 0..400_u64 {
                        map.update(round % 10 * 4096, |value| {
                            *value = Some(value.unwrap_or(0_u64) + 1);
                        });
                    }
                });
            }
        });
        let all: Vec<_> = (0..10).map(|key| (key * 4096, 320)).collect();
        assert_eq!(
            map.snapshot(),
            all,
            "8 threads, 400 updates each, over 10 keys, in {n} shards"
        );
        assert_eq!(map.len(), 10, "in {n} shards");
    }
}

#[test]
fn odd_numbers_of_shards_are_all_used() {
    for n in [1, 3, 7, 100] {
        let map = Map::<u8>::new(shards(n));
        let mut seen = vec![0_u32; n];
        for key in 0..10_000_u64 {
            seen[map.shard_of(key << 20)] += 1;
        }
        let (least, most) = (seen.iter().min(), seen.iter().max());
        assert!(
            seen.iter().all(|count| *count > 0)
                && most <= Some(&(3 * 10_000 / u32::try_from(n).expect("small"))),
            "10,000 keys in steps of 2^20 over {n} shards: from {least:?} to {most:?}"
        );
    }
}

#[test]
fn an_update_to_nothing_removes() {
    let map = Map::new(shards(5));
    for key in 0..50 {
        map.insert(key, key);
    }
    for key in 0..50 {
        let before = map.update(
            key,
            |value| if key % 2 == 0 { value.take() } else { *value },
        );
        assert_eq!(before, Some(key), "what the closure returns");
    }
    map.update(999, |value| assert_eq!(*value, None));
    assert_eq!(map.len(), 25, "half of 50, and an absence that stays one");
    assert!(
        map.snapshot()
            .iter()
            .all(|(key, value)| key % 2 == 1 && key == value)
    );
    assert!(!map.is_empty(), "25 are there");
}
