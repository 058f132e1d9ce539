//! Every store against the same model: a map. What happens is drawn from seeds.

use std::collections::BTreeMap;

use contract_suite::{Cached, Exists, Log, Memory, Store};

struct Choices(u64);

impl Choices {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

fn follows_the_model(name: &str, new: fn() -> Box<dyn Store>) {
    const KEYS: [&str; 8] = ["a", "a/b", "a/b/c", "b", "b/a", "c", "", "a/bc"];
    const VALUES: [&[u8]; 4] = [b"", b"1", b"22", b"333"];
    for seed in 0..100 {
        let mut choices = Choices(seed);
        let mut store = new();
        let mut model: BTreeMap<&str, &[u8]> = BTreeMap::new();
        let mut told = format!("{name}, seed {seed}:");
        for _ in 0..80 {
            let key = KEYS[choices.below(8) as usize];
            let value = VALUES[choices.below(4) as usize];
            match choices.below(7) {
                0 => {
                    told += &format!(" put({key:?}, {value:?})");
                    store.put(key, value);
                    model.insert(key, value);
                }
                1 => {
                    told += &format!(" put_new({key:?}, {value:?})");
                    let expected = match model.contains_key(key) {
                        true => Err(Exists),
                        false => Ok(()),
                    };
                    assert_eq!(store.put_new(key, value), expected, "{told}");
                    model.entry(key).or_insert(value);
                }
                2 => {
                    told += &format!(" delete({key:?})");
                    assert_eq!(store.delete(key), model.remove(key).is_some(), "{told}");
                }
                3 => {
                    told += &format!(" list({key:?})");
                    let mut listed = store.list(key);
                    listed.sort();
                    let keys = model.keys().filter(|known| known.starts_with(key));
                    assert_eq!(listed, keys.copied().collect::<Vec<_>>(), "{told}");
                }
                4 => {
                    told += " tidy()";
                    store.tidy();
                }
                _ => {
                    told += &format!(" get({key:?})");
                    assert_eq!(store.get(key).as_deref(), model.get(key).copied(), "{told}");
                }
            }
        }
    }
}

#[test]
fn memory_does() {
    follows_the_model("memory", || Box::new(Memory::default()));
}

#[test]
fn the_log_does() {
    follows_the_model("log", || Box::new(Log::default()));
}

#[test]
fn a_cache_before_either_does() {
    follows_the_model("cached memory", || Box::new(Cached::<Memory>::default()));
    follows_the_model("cached log", || Box::new(Cached::<Log>::default()));
}
