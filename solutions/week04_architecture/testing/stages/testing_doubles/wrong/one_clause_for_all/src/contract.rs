//! What every print shop promises, the real one and the one on paper.
//!
//! A clause asks only what the night relies on: answers, and which letters are there. Not in which order they are listed.

use crate::post::{Fake, Post};

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
    vec![Clause {
        name: "it answers as one on paper",
        holds: as_on_paper,
    }]
}

/// Compares with the fake, which was written to be right.
fn as_on_paper(open: Open) {
    let (long, longer) = ("k".repeat(40), "k".repeat(41));
    let keys = ["A", "B", "C", "D", "", "A/1", &long, &longer];
    let (most, umlauts) = ("x".repeat(2_000), "ü".repeat(1_001));
    let texts = ["Pay.", "Pay at once.", "", &most, &umlauts];
    let mut dice = 1_u32;
    let mut one_of = |many: usize| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (dice >> 16) as usize % many
    };
    for room in 0..4 {
        let (mut shop, mut paper) = (open(room), Fake::new(room));
        for _ in 0..200 {
            let (key, text) = (keys[one_of(keys.len())], texts[one_of(texts.len())]);
            assert_eq!(
                shop.send(key, text),
                paper.send(key, text),
                "the answer to {key:?}"
            );
            let mut taken = shop.taken();
            taken.sort();
            assert_eq!(taken, paper.taken(), "what is there, sorted");
        }
    }
}
