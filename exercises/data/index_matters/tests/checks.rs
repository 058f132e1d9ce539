//! How each question is answered: SQLite tells its plan, and counts the steps it took.

use std::sync::{Arc, Mutex};

use index_matters::{create, customer, latest, month, open_since};
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, StatementStatus};

/// The first of March 2026.
const MARCH: i64 = 1_772_323_200;

const DAY: i64 = 24 * 3_600;

/// A statement as it was run, and the steps of SQLite's machine that it took.
type Run = (String, i32);

/// A database that notes what is run in it.
struct Shop {
    db: Connection,
    customers: i64,
    runs: Arc<Mutex<Vec<Run>>>,
}

impl Shop {
    fn empty() -> Self {
        let mut db = Connection::open_in_memory().expect("memory is there");
        create(&db).expect("`create` makes tables and indexes in an empty database");
        let runs = Arc::<Mutex<Vec<Run>>>::default();
        let noted = Arc::clone(&runs);
        db.trace_v2(
            TraceEventCodes::SQLITE_TRACE_PROFILE,
            Some(move |event: TraceEvent<'_>| {
                if let TraceEvent::Profile(statement, _) = event {
                    let sql = statement.expanded_sql().unwrap_or_default();
                    let steps = statement.get_status(StatementStatus::VmStep);
                    noted
                        .lock()
                        .expect("no panic under the lock")
                        .push((sql, steps));
                }
            }),
        )
        .expect("a statement can be traced");
        Self {
            db,
            customers: 0,
            runs,
        }
    }

    /// With so many orders, of which every tenth is customer 7's. Customer 8 has placed ten, long ago. Before March, 20 of them are open, in March
    /// there are 31, and from April on there is all the rest, every fifth of it open.
    fn with_orders(orders: i64) -> Self {
        let mut shop = Self::empty();
        shop.customers = orders / 2;
        shop.db
            .execute(
                "INSERT INTO customers (id, email)
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                 SELECT i, format('Customer%d@Example.com', i) FROM n",
                [shop.customers],
            )
            .expect("the customers are as the documentation has them");
        shop.db
            .execute(
                "INSERT INTO orders (id, customer, placed_at, status, total_cents)
                 WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)
                 SELECT i, iif(i % 10 = 7, 7, iif(i < 51 AND i % 5 = 3, 8, i + 1000)), ?2 + (i - 20 + (i > 50)) * ?3,
                        iif(i < 20 OR (i > 50 AND i % 5 = 0), 'open', 'sent'), i
                 FROM n",
                [orders, MARCH, DAY],
            )
            .expect("the orders are as the documentation has them");
        shop.runs();
        shop
    }

    /// What was run since the last time.
    fn runs(&self) -> Vec<Run> {
        std::mem::take(&mut self.runs.lock().expect("no panic under the lock"))
    }

    /// Asks each question once, and returns what was run for it.
    fn questions(&self) -> [(&'static str, Vec<Run>); 5] {
        let db = &self.db;
        let last = format!("customer{}@example.COM", self.customers);
        let ask = |question, answered: bool| {
            assert!(answered, "`{question}` must be answered");
            (question, self.runs())
        };
        [
            ask(
                "latest, of one who orders often",
                latest(db, 7, 10).is_ok_and(|orders| orders.len() == 10),
            ),
            ask(
                "latest, of one who was here long ago",
                latest(db, 8, 10).is_ok_and(|orders| orders.len() == 10),
            ),
            ask(
                "open_since",
                open_since(db, MARCH).is_ok_and(|orders| orders.len() == 20),
            ),
            ask("customer", customer(db, &last) == Ok(Some(self.customers))),
            ask(
                "month",
                month(db, "2026-03").is_ok_and(|(orders, _)| orders == 31),
            ),
        ]
    }

    /// The lines of SQLite's plan for a statement.
    fn plan(&self, sql: &str) -> Vec<String> {
        let mut plan = self
            .db
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .expect("a statement that was run can be explained");
        plan.query_map([], |row| row.get("detail"))
            .expect("a plan has lines")
            .collect::<Result<_, _>>()
            .expect("lines are text")
    }
}

#[test]
fn the_answers_are_right() {
    let shop = Shop::with_orders(400);
    let db = &shop.db;
    assert_eq!(
        latest(db, 7, 3),
        Ok(vec![397, 387, 377]),
        "customer 7 placed every order whose number ends in 7, the last one last"
    );
    assert_eq!(latest(db, 401, 3), Ok(vec![]), "customer 401 has no orders");
    assert_eq!(
        open_since(db, MARCH - 17 * DAY),
        Ok(vec![0, 1, 2]),
        "the three oldest orders are open, one for each day until 17 days before March"
    );
    for email in [
        "Customer12@Example.com",
        "customer12@example.com",
        "CUSTOMER12@EXAMPLE.COM",
    ] {
        assert_eq!(customer(db, email), Ok(Some(12)), "{email}");
    }
    for email in [
        "customer1_@example.com",
        "customer%",
        "",
        "customer12@example.com ",
    ] {
        assert_eq!(
            customer(db, email),
            Ok(None),
            "nobody has the address `{email}`"
        );
    }
    assert_eq!(
        month(db, "2026-03"),
        Ok((31, (20..=50).sum())),
        "orders 20 to 50 were placed in March, one a day, the first and the last at midnight of their days"
    );
    assert_eq!(
        month(db, "2026-02"),
        Ok((20, (0..20).sum())),
        "orders 0 to 19 were placed in February"
    );
    assert_eq!(
        month(db, "2025-03"),
        Ok((0, 0)),
        "nothing was placed a year before"
    );
}

#[test]
fn no_query_reads_or_sorts_more_than_it_needs() {
    let shop = Shop::with_orders(400);
    for (question, runs) in shop.questions() {
        for (sql, _) in runs {
            let plan = shop.plan(&sql);
            let text = plan.join("\n  ");
            let scans = |line: &String| {
                let words: Vec<_> = line.split(' ').collect();
                words[0] == "SCAN" && ["orders", "customers"].contains(&words[1])
            };
            assert!(
                !plan.iter().any(scans),
                "`{question}` scans: it reads a table or an index from one end to the other. An index helps if it \
                 has first the columns that are compared by `=`, then the one of the range or the order; and not if \
                 the query compares a function or another collation of its column. The plan:\n  {text}\nof\n{sql}"
            );
            assert!(
                !text.contains("TEMP B-TREE"),
                "`{question}` sorts what an index could have in order: all orders that match are read and sorted \
                 before the first is known. The plan:\n  {text}\nof\n{sql}"
            );
        }
    }
}

#[test]
fn the_work_does_not_grow_with_the_table() {
    let small = Shop::with_orders(400).questions();
    let large = Shop::with_orders(8_000).questions();
    for ((question, small), (_, large)) in small.iter().zip(&large) {
        let steps = |runs: &[Run]| runs.iter().map(|(_, steps)| steps).sum::<i32>();
        let (small, large) = (steps(small), steps(large));
        assert!(
            large <= small + small / 2,
            "`{question}` took {small} steps in a table of 400 orders and {large} in one of 8,000, for an answer of \
             the same size. Rows that are read and left out are work for nothing"
        );
    }
}

#[test]
fn each_index_earns_its_keep() {
    let shop = Shop::with_orders(400);
    let plans: Vec<(String, String)> = shop
        .questions()
        .into_iter()
        .flat_map(|(_, runs)| runs)
        .map(|(sql, _)| (shop.plan(&sql).join("\n"), sql))
        .collect();
    let mut indexes = shop
        .db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
        .expect("the schema can be read");
    let indexes: Vec<String> = indexes
        .query_map([], |row| row.get(0))
        .expect("the schema can be read")
        .collect::<Result<_, _>>()
        .expect("names are text");
    for index in indexes {
        let named = |plan: &str| plan.split([' ', '\n']).any(|word| word == index);
        assert!(
            plans.iter().any(|(plan, _)| named(plan)),
            "the index `{index}` is written at each change and read by no query: it makes orders dearer, and nothing \
             cheaper. The plans:\n{plans:#?}"
        );
    }
}
