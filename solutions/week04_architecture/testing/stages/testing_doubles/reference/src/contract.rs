//! What every print shop promises, the real one and the one on paper.
//!
//! A clause asks only what the night relies on: answers, and which letters are there. Not in which order they are listed.

use crate::post::{Post, Refusal};

/// Opens a new, empty shop with room for so many letters.
pub type Open = fn(usize) -> Box<dyn Post>;

/// Something that a shop promises.
#[derive(Debug, Clone, Copy)]
pub struct Clause {
    /// What holds, in a sentence.
    pub name: &'static str,
    /// Panics if it does not hold of the shops that are opened.
    pub holds: fn(Open),
}

/// All that is promised.
#[must_use]
pub fn clauses() -> Vec<Clause> {
    let clause = |name, holds| Clause { name, holds };
    vec![
        clause("what was taken is listed once", taken),
        clause("a key is letters, digits and dashes", keys),
        clause("a text has one to 2,000 bytes", texts),
        clause("the key is looked at first", first_the_key),
        clause("the same letter again is one letter", again),
        clause("another letter under a key changes nothing", conflict),
        clause("a full shop knows what it has", full),
        clause("what was refused takes no room", refused),
        clause("two shops know nothing of each other", apart),
    ]
}

#[track_caller]
fn has(shop: &dyn Post, keys: &[&str]) {
    let mut taken = shop.taken();
    taken.sort();
    assert_eq!(taken, keys, "what the shop has, sorted");
}

fn taken(open: Open) {
    let mut shop = open(5);
    has(&*shop, &[]);
    for key in ["B-2", "A-1", "C-1"] {
        assert_eq!(shop.send(key, "Pay."), Ok(()), "a letter {key}");
    }
    has(&*shop, &["A-1", "B-2", "C-1"]);
}

fn keys(open: Open) {
    let long = "k".repeat(40);
    for key in ["x", "R-1001-2", "0", "-", &long] {
        assert_eq!(open(1).send(key, "Pay."), Ok(()), "the key {key:?}");
    }
    let longer = "k".repeat(41);
    for key in ["", " ", "a b", "a/b", "../a", "a_b", "a.b", "ä", &longer] {
        let mut shop = open(1);
        let said = shop.send(key, "Pay.");
        assert_eq!(said, Err(Refusal::BadKey), "the key {key:?}");
        has(&*shop, &[]);
    }
}

fn texts(open: Open) {
    for text in [" ", "\n", &"x".repeat(2_000), &"ü".repeat(1_000)] {
        let bytes = text.len();
        assert_eq!(open(1).send("A", text), Ok(()), "a text of {bytes} bytes");
    }
    for text in ["", &"x".repeat(2_001), &"ü".repeat(1_001)] {
        let mut shop = open(1);
        let said = shop.send("A", text);
        let bytes = text.len();
        assert_eq!(said, Err(Refusal::BadText), "a text of {bytes} bytes");
        has(&*shop, &[]);
    }
}

fn first_the_key(open: Open) {
    let said = open(0).send("", "");
    assert_eq!(said, Err(Refusal::BadKey), "no key, no text, no room");
    let said = open(0).send("A", "");
    assert_eq!(said, Err(Refusal::BadText), "no text, no room");
}

fn again(open: Open) {
    let mut shop = open(5);
    for _ in 0..3 {
        assert_eq!(shop.send("A", "Pay."), Ok(()), "the same letter");
    }
    has(&*shop, &["A"]);
}

fn conflict(open: Open) {
    let mut shop = open(5);
    assert_eq!(shop.send("A", "Pay."), Ok(()), "the first");
    for _ in 0..2 {
        let said = shop.send("A", "Pay at once.");
        assert_eq!(said, Err(Refusal::Conflict), "another text");
    }
    assert_eq!(shop.send("A", "Pay."), Ok(()), "the first, which is there");
    has(&*shop, &["A"]);
}

fn full(open: Open) {
    let mut shop = open(2);
    assert_eq!(shop.send("A", "Pay."), Ok(()), "the first of two");
    assert_eq!(shop.send("B", "Pay."), Ok(()), "the second of two");
    let said = shop.send("C", "Pay.");
    assert_eq!(said, Err(Refusal::Full), "the third of two");
    assert_eq!(shop.send("A", "Pay."), Ok(()), "one that is there");
    let said = shop.send("A", "Pay at once.");
    assert_eq!(said, Err(Refusal::Conflict), "another one under its key");
    has(&*shop, &["A", "B"]);
}

fn refused(open: Open) {
    let mut shop = open(2);
    for (key, text) in [("", "Pay."), ("A", ""), ("a/b", "Pay.")] {
        assert!(shop.send(key, text).is_err(), "{key:?} with {text:?}");
    }
    for key in ["A", "B"] {
        assert_eq!(shop.send(key, "Pay."), Ok(()), "there is room for {key}");
    }
    has(&*shop, &["A", "B"]);
}

fn apart(open: Open) {
    let (mut one, mut other) = (open(1), open(1));
    assert_eq!(one.send("A", "Pay."), Ok(()), "a letter for one shop");
    has(&*other, &[]);
    assert_eq!(other.send("A", "Pay at once."), Ok(()), "for the other");
    has(&*one, &["A"]);
}
