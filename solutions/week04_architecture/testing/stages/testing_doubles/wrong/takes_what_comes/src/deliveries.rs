//! What becomes of the letters of a night on their way to the print shop.
//!
//! Judged by what the shop has in the end and by what is left for tomorrow. Who sends in another order, or asks what has
//! arrived, is as right.

use crate::post::{Fake, Loss, Post};

/// Hands over letters, each a key and a text, and returns the keys of those that are left for tomorrow, in any order.
pub type Deliver = fn(&[(&str, &str)], &mut dyn Post) -> Vec<String>;

/// Something that is to hold of a delivery.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What holds, in a sentence.
    pub name: &'static str,
    /// Panics if it does not.
    pub holds: fn(Deliver),
}

/// All that is to hold.
#[must_use]
pub fn checks() -> Vec<Check> {
    let check = |name, holds| Check { name, holds };
    vec![
        check("every letter of a night arrives", arrive),
        check("a letter never takes another one's place", conflict),
        check("what finds no room is left for tomorrow", full),
        check("a lost call is made again, twice at most", lost),
        check("a lost answer costs no second letter", unheard),
    ]
}

const NIGHT: [(&str, &str); 3] = [("A-1", "Pay."), ("B-1", "Pay."), ("C-3", "Pay at once.")];

fn sorted(mut keys: Vec<String>) -> Vec<String> {
    keys.sort();
    keys
}

/// Delivers, and compares what is left and what has arrived.
#[track_caller]
fn check(
    deliver: Deliver,
    letters: &[(&str, &str)],
    mut shop: Fake,
    left: &[&str],
    there: &[&str],
) -> Fake {
    let kept = sorted(deliver(letters, &mut shop));
    assert_eq!(kept, left, "what is left for tomorrow, of {letters:?}");
    assert_eq!(
        sorted(shop.taken()),
        there,
        "what the shop has, of {letters:?}"
    );
    shop
}

fn arrive(deliver: Deliver) {
    check(deliver, &NIGHT, Fake::new(9), &[], &["A-1", "B-1", "C-3"]);
    check(deliver, &[], Fake::new(9), &[], &[]);
}

fn conflict(deliver: Deliver) {
    let mut shop = Fake::new(9);
    shop.send("B-1", "Of yesterday.").expect("it is empty");
    let mut shop = check(deliver, &NIGHT, shop, &["B-1"], &["A-1", "B-1", "C-3"]);
    let there = shop.send("B-1", "Of yesterday.");
    assert_eq!(there, Ok(()), "the letter that was there before");
}

fn full(deliver: Deliver) {
    let mut shop = Fake::new(2);
    // Which two, is open.
    let left = deliver(&NIGHT, &mut shop);
    assert_eq!(shop.taken().len(), 2, "letters in a shop with room for two");
    let all = sorted([left, shop.taken()].concat());
    assert_eq!(
        all,
        ["A-1", "B-1", "C-3"],
        "what is left, and what the shop has"
    );
}

fn lost(deliver: Deliver) {
    let one = &NIGHT[..1];
    let losing =
        |times| (1..=times).fold(Fake::new(9), |shop, call| shop.losing(call, Loss::Before));
    check(deliver, one, losing(1), &[], &["A-1"]);
    check(deliver, one, losing(2), &[], &["A-1"]);
    check(deliver, one, losing(3), &["A-1"], &[]);
    check(deliver, &NIGHT, losing(1), &[], &["A-1", "B-1", "C-3"]);
}

fn unheard(deliver: Deliver) {
    for call in 1..=3 {
        let shop = Fake::new(3).losing(call, Loss::After);
        check(deliver, &NIGHT, shop, &[], &["A-1", "B-1", "C-3"]);
    }
}
