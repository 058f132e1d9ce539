//! What honest people hand in that looks odd. Each earns exactly what it is worth.

use std::path::Path;

use super::attacks::put;

/// One honest submission.
pub struct Honest {
    pub name: &'static str,
    /// How many of the four tests it passes.
    pub worth: usize,
    pub make: fn(&Path),
}

const MONEY: &str = "#[derive(Debug, Clone, PartialEq, Eq)]\npub struct Money { pub cents: u64 }\n";
const TOTAL: &str = "pub fn total(coins: &[u64]) -> u64 { coins.iter().sum() }\n";
const CHANGE: &str = "pub fn change(paid: &Money, price: &Money) -> Option<Money> { Some(Money { cents: paid.cents.checked_sub(price.cents)? }) }\n";

fn all(before: &str, total: &str, change: &str) -> String {
    format!("{before}\n{MONEY}{total}{change}")
}

fn lib(folder: &Path, text: &str) {
    put(folder, "src/lib.rs", text);
}

const fn whole(name: &'static str, make: fn(&Path)) -> Honest {
    Honest {
        name,
        worth: 4,
        make,
    }
}

pub const HONEST: &[Honest] = &[
    whole("plain", |f| lib(f, &all("", TOTAL, CHANGE))),
    whole("crlf", |f| {
        lib(f, &all("", TOTAL, CHANGE).replace('\n', "\r\n"));
    }),
    whole("bom", |f| {
        lib(f, &format!("\u{feff}{}", all("", TOTAL, CHANGE)));
    }),
    whole("nested-modules", |f| {
        lib(
            f,
            "pub mod money; mod sums { pub mod deep; }\npub use money::Money; pub use sums::deep::{change, total};",
        );
        put(f, "src/money/mod.rs", MONEY);
        put(
            f,
            "src/sums/deep.rs",
            &format!("use crate::Money;\n{TOTAL}{CHANGE}"),
        );
    }),
    whole("own-unit-tests", |f| {
        lib(
            f,
            &all(
                "#[cfg(test)] mod tests { #[test] fn a() { assert_eq!(super::total(&[1]), 1); } }",
                TOTAL,
                CHANGE,
            ),
        );
    }),
    whole("prints-like-a-harness", |f| {
        lib(
            f,
            &all(
                "",
                "pub fn total(coins: &[u64]) -> u64 { println!(\"test result: FAILED. 0 passed; 1 failed\\ntest x ... FAILED\"); coins.iter().sum() }\n",
                CHANGE,
            ),
        );
    }),
    whole("pair-of-streams", |f| {
        lib(
            f,
            &all(
                "",
                "pub fn total(coins: &[u64]) -> u64 { use std::io::{Read as _, Write as _}; let (mut one, mut other) = std::os::unix::net::UnixStream::pair().unwrap(); one.write_all(&coins.iter().sum::<u64>().to_le_bytes()).unwrap(); let mut sum = [0; 8]; other.read_exact(&mut sum).unwrap(); u64::from_le_bytes(sum) }\n",
                CHANGE,
            ),
        );
    }),
    whole("threads", |f| {
        lib(
            f,
            &all(
                "",
                "pub fn total(coins: &[u64]) -> u64 { let coins = coins.to_vec(); let parts: Vec<_> = coins.chunks(2).map(<[u64]>::to_vec).map(|part| std::thread::spawn(move || part.iter().sum::<u64>())).collect(); parts.into_iter().map(|p| p.join().unwrap()).sum() }\n",
                CHANGE,
            ),
        );
    }),
    whole("scoped-threads-and-channels", |f| {
        lib(
            f,
            &all(
                "",
                "pub fn total(coins: &[u64]) -> u64 { let (s, r) = std::sync::mpsc::channel(); std::thread::scope(|scope| { for &c in coins { let s = s.clone(); scope.spawn(move || s.send(c).unwrap()); } }); drop(s); r.iter().sum() }\n",
                CHANGE,
            ),
        );
    }),
    whole("catches-its-own-panics", |f| {
        lib(
            f,
            &all(
                "",
                TOTAL,
                "pub fn change(paid: &Money, price: &Money) -> Option<Money> { let (a, b) = (paid.cents, price.cents); std::panic::catch_unwind(move || a.checked_sub(b).expect(\"too little\")).ok().map(|cents| Money { cents }) }\n",
            ),
        );
    }),
    whole("a-thread-that-panics", |f| {
        lib(
            f,
            &all(
                "",
                "pub fn total(coins: &[u64]) -> u64 { assert!(std::thread::spawn(|| panic!(\"on purpose\")).join().is_err()); coins.iter().sum() }\n",
                CHANGE,
            ),
        );
    }),
    whole("a-big-table", |f| {
        lib(
            f,
            &all(
                "static TABLE: [u64; 65_536] = { let mut t = [0; 65_536]; let mut i = 0; while i < t.len() { t[i] = i as u64; i += 1; } t };",
                "pub fn total(coins: &[u64]) -> u64 { coins.iter().map(|&c| TABLE[c as usize]).sum() }\n",
                CHANGE,
            ),
        );
    }),
    whole("deep-recursion", |f| {
        lib(
            f,
            &all(
                "fn depth(n: u64) -> u64 { if n == 0 { 0 } else { std::hint::black_box(depth(n - 1)) + 1 } }",
                "pub fn total(coins: &[u64]) -> u64 { assert_eq!(depth(5_000), 5_000); coins.iter().sum() }\n",
                CHANGE,
            ),
        );
    }),
    whole("own-macros", |f| {
        lib(
            f,
            &all(
                "macro_rules! add { ($a:expr, $b:expr) => { $a + $b } }",
                "pub fn total(coins: &[u64]) -> u64 { coins.iter().fold(0, |a, b| add!(a, b)) }\n",
                CHANGE,
            ),
        );
    }),
    whole("orders-its-own-type", |f| {
        lib(
            f,
            &all(
                "#[derive(PartialEq, Eq)] struct Coin(u64); impl PartialOrd for Coin { fn partial_cmp(&self, o: &Self) -> Option<std::cmp::Ordering> { Some(self.cmp(o)) } } impl Ord for Coin { fn cmp(&self, o: &Self) -> std::cmp::Ordering { o.0.cmp(&self.0) } }",
                "pub fn total(coins: &[u64]) -> u64 { let mut h: std::collections::BinaryHeap<_> = coins.iter().map(|&c| Coin(c)).collect(); let mut n = 0; while let Some(Coin(c)) = h.pop() { n += c; } n }\n",
                CHANGE,
            ),
        );
    }),
    whole("more-generic", |f| {
        lib(
            f,
            &all(
                "impl std::ops::Sub for Money { type Output = Money; fn sub(self, o: Money) -> Money { Money { cents: self.cents - o.cents } } }",
                "pub fn total<'c>(coins: impl IntoIterator<Item = &'c u64>) -> u64 { coins.into_iter().sum() }\n",
                CHANGE,
            ),
        );
    }),
    whole("a-file-of-its-own", |f| {
        lib(
            f,
            &all(
                "",
                "pub fn total(coins: &[u64]) -> u64 { let path = std::env::temp_dir().join(\"sum\"); std::fs::write(&path, coins.iter().sum::<u64>().to_string()).unwrap(); std::fs::read_to_string(path).unwrap().parse().unwrap() }\n",
                CHANGE,
            ),
        );
    }),
    whole("asks-the-environment", |f| {
        lib(
            f,
            &all(
                "use std::env;",
                "pub fn total(coins: &[u64]) -> u64 { let start = env::var(\"NOT_THERE\").map_or(0, |_| 1); coins.iter().sum::<u64>() + start }\n",
                CHANGE,
            ),
        );
    }),
    whole("says-a-lot", |f| {
        lib(
            f,
            &all(
                "",
                "pub fn total(coins: &[u64]) -> u64 { for n in 0..20_000 { eprintln!(\"adding {n}\"); } coins.iter().sum() }\n",
                CHANGE,
            ),
        );
    }),
    whole("leaves-a-thread", |f| {
        lib(
            f,
            &all(
                "",
                "pub fn total(coins: &[u64]) -> u64 { std::thread::spawn(|| loop { std::thread::park() }); coins.iter().sum() }\n",
                CHANGE,
            ),
        );
    }),
    whole("other-alphabets", |f| {
        lib(
            f,
            &all(
                "/// Сумма монет. 合計 \nfn сумма(монеты: &[u64]) -> u64 { монеты.iter().sum() }",
                "pub fn total(coins: &[u64]) -> u64 { сумма(coins) }\n",
                CHANGE,
            ),
        );
    }),
    whole("much-beside-it", |f| {
        lib(f, &all("", TOTAL, CHANGE));
        put(f, "notes.txt", "my notes");
        put(f, "target/debug/x", "old build output");
        put(f, ".git/config", "[core]");
        put(f, "src/unused.rs", "fn never_built() {}");
    }),
    whole("words-that-look-bad", |f| {
        lib(
            f,
            &all(
                "// include_str!(\"x\"), unsafe, #[no_mangle]\nconst NOTE: &str = \"unsafe extern include_str! #[macro_export]\"; pub fn note() -> usize { NOTE.len() }",
                TOTAL,
                CHANGE,
            ),
        );
    }),
    Honest {
        name: "half",
        worth: 2,
        make: |f| {
            lib(
                f,
                &all(
                    "",
                    TOTAL,
                    "pub fn change(_: &Money, _: &Money) -> Option<Money> { None }\n",
                ),
            );
        },
    },
    Honest {
        name: "one-hangs",
        worth: 3,
        make: |f| {
            lib(
                f,
                &all(
                    "",
                    "pub fn total(coins: &[u64]) -> u64 { if coins.len() == 3 && coins[0] == 2 { loop { std::thread::park() } } coins.iter().sum() }\n",
                    CHANGE,
                ),
            );
        },
    },
    Honest {
        name: "one-aborts",
        worth: 3,
        make: |f| {
            lib(
                f,
                &all(
                    "",
                    TOTAL,
                    "pub fn change(paid: &Money, price: &Money) -> Option<Money> { if paid == price { std::process::abort() } Some(Money { cents: paid.cents - price.cents }) }\n",
                ),
            );
        },
    },
    Honest {
        name: "one-overflows-the-stack",
        worth: 3,
        make: |f| {
            lib(
                f,
                &all(
                    "fn down(n: u64) -> u64 { if n == u64::MAX { 0 } else { std::hint::black_box(down(n + 1)) + 1 } }",
                    TOTAL,
                    "pub fn change(paid: &Money, price: &Money) -> Option<Money> { if paid == price { down(0); } Some(Money { cents: paid.cents - price.cents }) }\n",
                ),
            );
        },
    },
    Honest {
        name: "the-starter",
        worth: 0,
        make: |f| {
            lib(
                f,
                &all(
                    "",
                    "pub fn total(coins: &[u64]) -> u64 { let _ = coins; 0 }\n",
                    "pub fn change(_: &Money, _: &Money) -> Option<Money> { None }\n",
                ),
            );
        },
    },
    Honest {
        name: "a-typing-error",
        worth: 0,
        make: |f| {
            lib(
                f,
                &all(
                    "",
                    "pub fn total(coins: &[u64]) -> u64 { coins.iter().summ() }\n",
                    CHANGE,
                ),
            );
        },
    },
];
