//! A longer list, beside one that is put together row by row.

use n_plus_one::{Item, Order, SCHEMA, oldest};
use rusqlite::Connection;

#[test]
fn a_long_list_is_right_at_every_length() {
    let db = Connection::open_in_memory().expect("memory is there");
    db.execute_batch(SCHEMA).expect("the schema is good SQL");
    let mut expected = Vec::new();
    // Three orders in each second, with the numbers falling as time goes on.
    for n in 0..90_i64 {
        let (id, placed_at) = (1_000 - n, 5_000 + n / 3);
        let customer = (n % 5 != 0).then_some(n % 7 + 1);
        if let Some(customer) = customer {
            db.execute(
                "INSERT OR IGNORE INTO customers VALUES (?1, 'c' || ?1)",
                [customer],
            )
            .expect("good SQL");
        }
        db.execute(
            "INSERT INTO orders VALUES (?1, ?2, ?3)",
            (id, customer, placed_at),
        )
        .expect("good SQL");
        let items: Vec<Item> = (0..n % 4)
            .map(|position| Item {
                sku: format!("s{}", (n * 7 + position) % 11),
                quantity: position + 1,
            })
            .collect();
        for (position, item) in items.iter().enumerate().rev() {
            db.execute(
                "INSERT INTO items VALUES (?1, ?2, ?3, ?4)",
                (id, position as i64, &item.sku, item.quantity),
            )
            .expect("good SQL");
        }
        let customer = customer.map(|customer| format!("c{customer}"));
        expected.push((
            placed_at,
            Order {
                id,
                customer,
                items,
            },
        ));
    }
    expected.sort_by_key(|(placed_at, order)| (*placed_at, order.id));
    let expected: Vec<Order> = expected.into_iter().map(|(_, order)| order).collect();
    for limit in [1, 2, 7, 44, 90, 1_000] {
        let found = oldest(&db, limit).expect("the tables are as the schema has them");
        let expected = &expected[..expected.len().min(limit as usize)];
        assert_eq!(found, expected, "the {limit} oldest of 90 orders");
    }
}
