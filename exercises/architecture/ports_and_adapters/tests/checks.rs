//! Requests to redeem cards, as customers see them.

use ports_and_adapters::db::Db;
use ports_and_adapters::http::{Request, Response, redeem};

const TODAY: u32 = 100;

/// A card with 50 euros on it, good until today.
fn db() -> Db {
    let db = Db::default();
    db.put(
        "cards",
        7,
        &[("balance", "5000"), ("expires_on", "100"), ("version", "3")],
    );
    db
}

fn post(db: &Db, card: &str, body: &str) -> Response {
    let request = Request {
        card: card.to_owned(),
        body: body.to_owned(),
    };
    redeem(db, TODAY, &request)
}

fn column(db: &Db, name: &str) -> String {
    let row = db.select("cards", 7).expect("the database is up");
    row.expect("there is a card 7")[name].clone()
}

#[test]
fn a_card_is_redeemed_in_parts_until_nothing_is_left() {
    let db = db();
    for (cents, left) in [("1200", 3_800), (" 1 \n", 3_799), ("3799", 0)] {
        let response = post(&db, "7", cents);
        assert_eq!(
            (response.status, response.body),
            (200, format!("{left} cents are left")),
            "after taking {cents:?}"
        );
    }
    assert_eq!(column(&db, "balance"), "0");
}

#[test]
fn each_refusal_has_its_status_and_changes_nothing() {
    let db = db();
    db.put(
        "cards",
        8,
        &[("balance", "5000"), ("expires_on", "99"), ("version", "1")],
    );
    for (card, body, status, text) in [
        ("9", "100", 404, "there is no such card"),
        ("seven", "100", 404, "there is no such card"),
        ("7", "", 400, "an amount in cents was expected"),
        ("7", "0", 400, "an amount in cents was expected"),
        ("7", "-5", 400, "an amount in cents was expected"),
        ("7", "5001", 409, "there are 5000 cents on the card"),
        ("8", "100", 410, "the card has expired"),
    ] {
        let expected = Response {
            status,
            body: text.to_owned(),
        };
        assert_eq!(
            post(&db, card, body),
            expected,
            "card {card}, body {body:?}"
        );
    }
    assert_eq!(column(&db, "balance"), "5000", "nothing was taken");
}

#[test]
fn two_at_once_both_count() {
    let db = db();
    db.meanwhile(|db| assert_eq!(post(db, "7", "3000").status, 200));
    let response = post(&db, "7", "2000");
    assert_eq!(
        (response.status, column(&db, "balance").as_str()),
        (200, "0"),
        "a card of 5000 cents: between our reading it and our writing it, somebody else takes 3000; we take 2000"
    );
    let db = self::db();
    db.meanwhile(|db| assert_eq!(post(db, "7", "3000").status, 200));
    let response = post(&db, "7", "2001");
    assert_eq!(
        (response.status, response.body.as_str()),
        (409, "there are 2000 cents on the card"),
        "somebody else takes 3000 of 5000 cents, and we want 2001: it is decided by what is there when we write"
    );
    assert_eq!(column(&db, "balance"), "2000");
}

#[test]
fn whoever_is_never_the_quicker_one_is_asked_to_come_back() {
    let db = db();
    for _ in 0..9 {
        db.meanwhile(|db| {
            let version: u64 = column(db, "version")
                .parse()
                .expect("a version is a number");
            let version = (version + 1).to_string();
            let columns = [
                ("balance", "5000"),
                ("expires_on", "100"),
                ("version", &version),
            ];
            db.put("cards", 7, &columns);
        });
    }
    let response = post(&db, "7", "2000");
    assert_eq!(
        (response.status, column(&db, "balance").as_str()),
        (503, "5000"),
        "each time somebody else is quicker: after some attempts an answer, and nothing taken"
    );
}

#[test]
fn what_the_database_says_stays_here() {
    let db = db();
    db.go_down();
    assert_eq!(
        post(&db, "7", "100"),
        Response {
            status: 503,
            body: "try again later".to_owned(),
        },
        "hosts and drivers are nothing for a customer"
    );
}

#[test]
fn a_row_that_is_no_card_decides_nothing() {
    for (column, broken) in [
        ("balance", "5,000"),
        ("balance", ""),
        ("expires_on", "2026-12-24"),
        ("version", "new"),
    ] {
        let db = db();
        db.update("cards", 7, &[], &[(column, broken)])
            .expect("the database is up");
        assert_eq!(
            post(&db, "7", "100").status,
            503,
            "`{column}` is {broken:?}: neither empty nor expired, but unreadable, and no fault of the customer's"
        );
    }
}
