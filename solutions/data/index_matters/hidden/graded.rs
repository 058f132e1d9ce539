//! The same promises when the tables change, and at other months.

use index_matters::{create, customer, latest, month, open_since};
use rusqlite::Connection;

fn shop() -> Connection {
    let db = Connection::open_in_memory().expect("memory is there");
    create(&db).expect("`create` makes tables and indexes");
    db
}

fn place(db: &Connection, id: i64, customer: i64, at: &str, status: &str, cents: i64) {
    db.execute(
        "INSERT INTO orders (id, customer, placed_at, status, total_cents)
         VALUES (?1, ?2, unixepoch(?3), ?4, ?5)",
        (id, customer, at, status, cents),
    )
    .expect("the orders are as the documentation has them");
}

#[test]
fn months_begin_and_end_at_midnight() {
    let db = shop();
    place(&db, 1, 1, "2023-12-31 23:59:59", "paid", 1);
    place(&db, 2, 1, "2024-01-01 00:00:00", "paid", 10);
    place(&db, 3, 1, "2024-02-29 23:59:59", "paid", 100);
    place(&db, 4, 1, "2024-03-01 00:00:00", "paid", 1_000);
    for (asked, expected) in [
        ("2023-12", (1, 1)),
        ("2024-01", (1, 10)),
        ("2024-02", (1, 100)),
        ("2024-03", (1, 1_000)),
        ("2024-04", (0, 0)),
    ] {
        assert_eq!(month(&db, asked), Ok(expected), "{asked}");
    }
}

#[test]
fn changes_are_seen_by_the_next_question() {
    let db = shop();
    for (id, email) in [(1, "Ada@Example.com"), (2, "bob@example.com")] {
        db.execute(
            "INSERT INTO customers (id, email) VALUES (?1, ?2)",
            (id, email),
        )
        .expect("the customers are as the documentation has them");
    }
    place(&db, 1, 1, "2026-05-02", "open", 5);
    place(&db, 2, 1, "2026-05-01", "paid", 5);
    let later = 2_000_000_000;
    assert_eq!(open_since(&db, later), Ok(vec![1]));
    assert_eq!(latest(&db, 1, 9), Ok(vec![1, 2]), "by time, not by number");
    db.execute_batch(
        "UPDATE orders SET status = 'open' WHERE id = 2;
         UPDATE orders SET customer = 2 WHERE id = 1;
         UPDATE customers SET email = 'ADA@example.org' WHERE id = 1;",
    )
    .expect("rows can change");
    assert_eq!(open_since(&db, later), Ok(vec![2, 1]));
    assert_eq!(latest(&db, 1, 9), Ok(vec![2]));
    assert_eq!(customer(&db, "ada@example.com"), Ok(None));
    assert_eq!(customer(&db, "ada@EXAMPLE.org"), Ok(Some(1)));
}
