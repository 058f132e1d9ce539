//! Stage 5: more shops, and more deliveries.

mod quiet {
    include!("support/quiet.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod shops {
    include!("support/shops.rs");
}
mod verdict {
    include!("support/verdict.rs");
}

use verdict::{assert_delivers_badly, assert_is_no_shop};

#[test]
fn a_shop_that_takes_empty_letters_is_found() {
    assert_is_no_shop(
        shops::shop::<{ shops::NO_TEXT }>,
        "it takes a letter without a text",
    );
}

#[test]
fn a_shop_that_is_never_full_is_found() {
    assert_is_no_shop(
        shops::shop::<{ shops::NEVER_FULL }>,
        "it has room for everything",
    );
}

#[test]
fn a_shop_in_which_refused_letters_take_room_is_found() {
    assert_is_no_shop(
        shops::shop::<{ shops::REFUSED_TAKES_ROOM }>,
        "a letter that it refused takes the room of another one",
    );
}

#[test]
fn a_shop_that_looks_at_the_text_first_is_found() {
    assert_is_no_shop(
        shops::shop::<{ shops::TEXT_FIRST }>,
        "where key and text are wrong it complains of the text",
    );
}

#[test]
fn a_delivery_over_another_letter_is_found() {
    assert_delivers_badly(
        shops::deliver::<{ shops::CONFLICT_IS_DONE }>,
        "a letter counts as delivered where there is another one under its key",
    );
}

#[test]
fn a_delivery_that_tries_twice_only_is_found() {
    assert_delivers_badly(
        shops::deliver::<{ shops::TRIES_TWICE }>,
        "a letter is left for tomorrow after two calls that got lost, and not after three",
    );
}
