//! Stage 5: the learner's contract on the real shop and on others, the learner's fake beside the real shop, and deliveries that
//! are tested with it.

#[path = "support/nights.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod nights;
#[path = "support/quiet.rs"]
mod quiet;
#[path = "support/shops.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod shops;
#[path = "support/verdict.rs"]
mod verdict;

use dunning::contract::{Open, clauses};
use dunning::post::{Fake, Loss, Post, Refusal};
use nights::Dice;
use shops::LetterBox;
use verdict::{
    assert_delivers_badly, assert_is_no_shop, assert_none, broken_checks, broken_clauses,
};

fn fake(room: usize) -> Box<dyn Post> {
    Box::new(Fake::new(room))
}

fn sorted(mut keys: Vec<String>) -> Vec<String> {
    keys.sort();
    keys
}

#[test]
fn names_say_what_holds() {
    verdict::assert_names_are_sentences();
}

#[test]
fn the_real_shop_keeps_the_contract() {
    assert_none(
        &broken_clauses(shops::letter_box),
        "clauses that the real shop does not keep. It is the one that is right",
    );
}

#[test]
fn a_shop_that_lists_in_another_order_keeps_the_contract() {
    assert_none(
        &broken_clauses(shops::shop::<{ shops::NEWEST_FIRST }>),
        "clauses that a shop does not keep which lists its newest letter first. No order was promised",
    );
}

#[test]
fn the_fake_keeps_the_contract() {
    assert_none(
        &broken_clauses(fake),
        "clauses that your fake does not keep. What passes on it may fail in the shop",
    );
}

#[test]
fn the_fake_answers_as_the_real_shop_does() {
    let (long, longer) = ("k".repeat(40), "k".repeat(41));
    let keys = [
        "A-1", "A-1", "B-1", "a-1", "C", "-", "", "A/1", "A 1", "ä", "A_1", ".", &long, &longer,
    ];
    let (most, more, umlauts) = ("x".repeat(2_000), "x".repeat(2_001), "ü".repeat(1_001));
    let texts = [
        "Pay.",
        "Pay.",
        "Pay at once.",
        " ",
        "",
        &most,
        &more,
        &umlauts,
    ];
    for seed in 0..150 {
        let mut dice = Dice(seed);
        let room = usize::try_from(dice.roll(4)).unwrap_or(0);
        let (mut real, mut fake) = (LetterBox::open(room), Fake::new(room));
        let mut story = format!("a shop with room for {room}");
        for _ in 0..20 {
            let (key, text) = (dice.one(&keys), dice.one(&texts));
            let (expected, said) = (real.send(key, text), fake.send(key, text));
            let shown: String = text.chars().take(12).collect();
            story += &format!(
                "\n  {key:?}, a text of {} bytes, {shown:?}: {expected:?}",
                text.len()
            );
            assert_eq!(
                said, expected,
                "what your fake says (left) and the real shop (right) after the last of these:\n{story}"
            );
            assert_eq!(
                sorted(fake.taken()),
                sorted(real.taken()),
                "what your fake has (left) and the real shop (right) after\n{story}"
            );
        }
    }
}

#[test]
fn two_fakes_have_nothing_in_common() {
    let mut one = Fake::new(1).losing(2, Loss::Before);
    let mut other = Fake::new(1);
    assert_eq!(
        one.send("A", "Pay."),
        Ok(()),
        "the first letter of one fake"
    );
    assert_eq!(
        (
            other.taken(),
            other.send("A", "Pay at once."),
            other.send("A", "Pay at once.")
        ),
        (Vec::new(), Ok(()), Ok(())),
        "(letters, answer, second answer) of another fake, which has nothing in it and loses nothing"
    );
    assert_eq!(
        (one.send("A", "Pay."), one.send("A", "Pay.")),
        (Err(Refusal::Lost), Ok(())),
        "the second and the third call of the first fake, which loses its own second"
    );
    drop((one, other));
    let there = std::thread::spawn(|| Fake::new(1).taken()).join();
    assert_eq!(
        there.ok(),
        Some(Vec::new()),
        "a fake in another thread, after the others are gone"
    );
}

#[test]
fn calls_get_lost_as_they_are_told_to() {
    let mut shop = Fake::new(2)
        .losing(1, Loss::Before)
        .losing(2, Loss::After)
        .losing(4, Loss::After);
    assert_eq!(shop.send("A", "Pay."), Err(Refusal::Lost), "the first call");
    assert_eq!(
        shop.taken(),
        [""; 0],
        "it got lost before the shop heard of it"
    );
    assert_eq!(
        shop.send("A", "Pay."),
        Err(Refusal::Lost),
        "the second call"
    );
    assert_eq!(
        shop.taken(),
        ["A"],
        "its answer got lost, after the shop had taken the letter"
    );
    assert_eq!(
        shop.send("A", "Pay at once."),
        Err(Refusal::Conflict),
        "the third is not lost"
    );
    assert_eq!(
        (shop.send("A", "Pay at once."), shop.send("A", "Pay.")),
        (Err(Refusal::Lost), Ok(())),
        "the fourth call, whose answer would have been a refusal, and the fifth"
    );
    assert_eq!(
        (shop.send("B", "Pay."), shop.send("C", "Pay.")),
        (Ok(()), Err(Refusal::Full)),
        "what was lost on its way takes no room: there was room for two"
    );
}

#[test]
fn a_clause_says_one_thing() {
    let (long_keys, characters): (Open, Open) = (
        shops::shop::<{ shops::LONG_KEYS }>,
        shops::shop::<{ shops::CHARACTERS }>,
    );
    for (open, mistake) in [
        (long_keys, "takes keys of 41 characters"),
        (characters, "counts characters and not bytes"),
    ] {
        let (all, broken) = (clauses().len(), broken_clauses(open).len());
        assert!(
            broken * 2 <= all,
            "{broken} of your {all} clauses do not hold of a shop that {mistake}, and is right otherwise. A clause is one promise, so that \
             whoever breaks it learns which; one that compares a shop with another says that something is different"
        );
    }
}

#[test]
fn a_shop_that_takes_any_key_is_found() {
    assert_is_no_shop(
        shops::shop::<{ shops::ANY_KEY }>,
        "it takes a letter under the key `A/1`, which the real one refuses",
    );
}

#[test]
fn a_shop_that_takes_long_keys_is_found() {
    assert_is_no_shop(
        shops::shop::<{ shops::LONG_KEYS }>,
        "it takes keys of 41 characters",
    );
}

#[test]
fn a_shop_that_counts_characters_is_found() {
    assert_is_no_shop(
        shops::shop::<{ shops::CHARACTERS }>,
        "it takes a text of 1,001 umlauts, which are 2,002 bytes",
    );
}

#[test]
fn a_shop_in_which_the_last_wins_is_found() {
    assert_is_no_shop(
        shops::shop::<{ shops::LAST_WINS }>,
        "another letter under the same key takes the place of the first, and nobody is told",
    );
}

#[test]
fn a_shop_that_refuses_and_replaces_is_found() {
    assert_is_no_shop(
        shops::shop::<{ shops::REFUSED_AND_REPLACED }>,
        "it says that there is another letter under the key, and has replaced it",
    );
}

#[test]
fn a_shop_with_room_for_one_more_is_found() {
    assert_is_no_shop(
        shops::shop::<{ shops::ONE_MORE }>,
        "it takes one letter more than it has room for",
    );
}

#[test]
fn a_shop_that_is_full_for_all_is_found() {
    assert_is_no_shop(
        shops::shop::<{ shops::FULL_FOR_ALL }>,
        "when it is full it refuses letters that it has, so whoever asks again is told the wrong thing",
    );
}

#[test]
fn a_shop_that_lists_a_letter_twice_is_found() {
    assert_is_no_shop(
        shops::shop::<{ shops::LISTED_TWICE }>,
        "a letter that was handed over twice is there twice",
    );
}

#[test]
fn two_shops_that_are_one_are_found() {
    assert_is_no_shop(
        shops::shop::<{ shops::ONE_FOR_ALL }>,
        "all shops share their letters, and each test finds those of the last one",
    );
}

#[test]
fn the_checks_hold_of_deliveries_that_are_right() {
    for (deliver, which) in [
        (
            shops::deliver::<{ shops::ONE_BY_ONE }> as _,
            "sends one by one",
        ),
        (
            shops::deliver::<{ shops::BACKWARDS }> as _,
            "begins with the last letter",
        ),
        (
            shops::deliver::<{ shops::ASKS_FIRST }> as _,
            "asks the shop whether a letter has arrived before it sends it again",
        ),
    ] {
        assert_none(
            &broken_checks(deliver),
            &format!("checks that do not hold of a delivery that is right, and {which}"),
        );
    }
}

#[test]
fn a_delivery_that_gives_up_is_found() {
    assert_delivers_badly(
        shops::deliver::<{ shops::GIVES_UP }>,
        "a letter is left for tomorrow because one call got lost",
    );
}

#[test]
fn a_delivery_that_believes_is_found() {
    assert_delivers_badly(
        shops::deliver::<{ shops::BELIEVES }>,
        "a call that got lost counts as a letter that arrived",
    );
}

#[test]
fn a_delivery_under_another_key_is_found() {
    assert_delivers_badly(
        shops::deliver::<{ shops::ANOTHER_KEY }>,
        "where an answer got lost the customer gets the same reminder twice",
    );
}

#[test]
fn a_delivery_that_stops_is_found() {
    assert_delivers_badly(
        shops::deliver::<{ shops::STOPS }>,
        "one letter that can't be sent holds up all after it, and nobody is told of those",
    );
}

#[test]
fn a_delivery_that_tries_on_is_found() {
    assert_delivers_badly(
        shops::deliver::<{ shops::TRIES_ON }>,
        "a letter is tried ten times, and a shop that is down holds up the night",
    );
}

#[test]
fn a_delivery_that_forgets_the_rest_is_found() {
    assert_delivers_badly(
        shops::deliver::<{ shops::FORGETS_THE_REST }>,
        "what finds no room is neither sent nor left for tomorrow",
    );
}
