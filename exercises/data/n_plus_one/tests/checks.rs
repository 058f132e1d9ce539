//! What is in the list, and what the database was asked for it. SQLite itself tells each statement that ends and
//! each row that it hands over.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use n_plus_one::{Item, Order, SCHEMA, oldest};
use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

/// A database that counts.
struct Shop {
    db: Connection,
    statements: Arc<AtomicUsize>,
    rows: Arc<AtomicUsize>,
}

impl Shop {
    fn open() -> Self {
        let mut db = Connection::open_in_memory().expect("memory is there");
        db.execute_batch(SCHEMA).expect("the schema is good SQL");
        let (statements, rows) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let counted = (Arc::clone(&statements), Arc::clone(&rows));
        db.trace_v2(
            TraceEventCodes::SQLITE_TRACE_PROFILE | TraceEventCodes::SQLITE_TRACE_ROW,
            Some(move |event: TraceEvent<'_>| {
                match event {
                    TraceEvent::Profile(..) => counted.0.fetch_add(1, Ordering::Relaxed),
                    TraceEvent::Row(..) => counted.1.fetch_add(1, Ordering::Relaxed),
                    _ => 0,
                };
            }),
        )
        .expect("a connection can be traced");
        Self {
            db,
            statements,
            rows,
        }
    }

    /// With so many orders, one a minute, of 2, 3, 1, 2, 3, 1 … items. Order 10 is the oldest, 20 the next …
    fn with_orders(orders: i64) -> Self {
        let shop = Self::open();
        let sql = format!(
            "INSERT INTO customers WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {orders})
             SELECT i, 'customer ' || i FROM n;
             INSERT INTO orders SELECT id * 10, id, id * 60 FROM customers;
             INSERT INTO items SELECT o.id, p.i, 'sku ' || o.id || '/' || p.i, p.i
             FROM orders o, (SELECT 1 AS i UNION SELECT 2 UNION SELECT 3) p WHERE p.i <= 1 + o.id / 10 % 3;"
        );
        shop.db.execute_batch(&sql).expect("good SQL");
        shop
    }

    /// The list, the statements and the rows for it.
    fn oldest(&self, limit: u32) -> (Vec<Order>, usize, usize) {
        self.statements.store(0, Ordering::Relaxed);
        self.rows.store(0, Ordering::Relaxed);
        let orders = oldest(&self.db, limit).expect("the tables are as the schema has them");
        (
            orders,
            self.statements.load(Ordering::Relaxed),
            self.rows.load(Ordering::Relaxed),
        )
    }
}

fn item(sku: &str, quantity: i64) -> Item {
    Item {
        sku: sku.to_owned(),
        quantity,
    }
}

fn order(id: i64, customer: Option<&str>, items: &[(&str, i64)]) -> Order {
    Order {
        id,
        customer: customer.map(str::to_owned),
        items: items.iter().map(|&(sku, n)| item(sku, n)).collect(),
    }
}

#[test]
fn the_number_of_statements_does_not_depend_on_the_orders() {
    let shop = Shop::with_orders(300);
    let statements = [2, 30, 300].map(|limit| {
        let (_, statements, _) = shop.oldest(limit);
        statements
    });
    assert!(
        statements.iter().all(|&n| n == statements[0]) && statements[0] <= 5,
        "lists of 2, 30 and 300 orders took {statements:?} statements. A statement for each order is a round trip to \
         the database for each order; the number must be the same for all three, and a handful"
    );
}

#[test]
fn a_page_reads_no_more_than_its_rows() {
    let shop = Shop::with_orders(1_000);
    let (_, _, rows) = shop.oldest(8);
    assert!(
        rows <= 8 + 17 + 8,
        "a page of 8 orders with 17 items took {rows} rows out of the database, which has 1,000 orders: the database \
         has to choose, not the program"
    );
}

#[test]
fn a_page_is_so_many_orders() {
    let shop = Shop::with_orders(12);
    for limit in [0, 1, 4, 11, 12, 50] {
        let ids: Vec<i64> = shop.oldest(limit).0.iter().map(|order| order.id).collect();
        let expected: Vec<i64> = (1..=i64::from(limit).min(12)).map(|n| n * 10).collect();
        assert_eq!(
            ids, expected,
            "{limit} of 12 orders, with up to three items each: the limit counts orders, not items"
        );
    }
    assert_eq!(
        shop.oldest(2).0[1],
        order(
            20,
            Some("customer 2"),
            &[("sku 20/1", 1), ("sku 20/2", 2), ("sku 20/3", 3)]
        ),
        "the last order of a page must have all of its items"
    );
}

#[test]
fn an_order_without_partners_is_still_an_order() {
    let shop = Shop::open();
    shop.db
        .execute_batch(
            "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Bob');
             INSERT INTO orders VALUES (1, 1, 100), (2, NULL, 200), (3, 2, 300), (4, NULL, 400);
             INSERT INTO items VALUES (1, 1, 'lamp', 2), (2, 1, 'bulb', 6), (2, 2, 'cord', 1);",
        )
        .expect("good SQL");
    assert_eq!(
        shop.oldest(10).0,
        [
            order(1, Some("Ada"), &[("lamp", 2)]),
            order(2, None, &[("bulb", 6), ("cord", 1)]),
            order(3, Some("Bob"), &[]),
            order(4, None, &[]),
        ],
        "order 2 has no customer any more, 3 no items, and 4 neither; each has to be in the list (left: the list)"
    );
}

#[test]
fn orders_and_items_keep_their_order() {
    let shop = Shop::open();
    shop.db
        .execute_batch(
            "INSERT INTO customers VALUES (1, 'Ada');
             INSERT INTO orders VALUES (9, 1, 100), (3, 1, 100), (5, 1, 50), (7, 1, 100);
             INSERT INTO items VALUES (3, 20, 'b', 1), (3, 10, 'c', 1), (3, 30, 'a', 1),
                                      (9, 2, 'e', 1), (9, 1, 'f', 1), (5, 1, 'd', 1), (7, 1, 'g', 1);",
        )
        .expect("good SQL");
    let one = |sku| (sku, 1);
    assert_eq!(
        shop.oldest(10).0,
        [
            order(5, Some("Ada"), &["d"].map(one)),
            order(3, Some("Ada"), &["c", "b", "a"].map(one)),
            order(7, Some("Ada"), &["g"].map(one)),
            order(9, Some("Ada"), &["f", "e"].map(one)),
        ],
        "orders by time and then by number, items by position (left: the list)"
    );
}
