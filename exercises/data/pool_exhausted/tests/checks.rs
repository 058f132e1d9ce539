//! What a request needs of the pool. Nobody waits here: a pool that has no idle connection says so at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs, process};

use pool_exhausted::{PlaceError, Pool, SCHEMA, Shop};
use rusqlite::Connection;

/// A database in a file that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("pool_exhausted-{}-{name}", process::id()));
        fs::create_dir_all(&path).expect("a folder for temporary files");
        let folder = Self(path);
        let db = folder.connect();
        db.execute_batch(SCHEMA).expect("the schema is good SQL");
        db.execute_batch("INSERT INTO products VALUES (1, 250), (2, 999)")
            .expect("good SQL");
        folder
    }

    fn connect(&self) -> Connection {
        let db = Connection::open(self.0.join("shop.db")).expect("a new file");
        db.pragma_update(None, "journal_mode", "WAL")
            .expect("a file can have a log");
        db.pragma_update(None, "synchronous", "OFF")
            .expect("no test loses its power");
        db.busy_timeout(Duration::ZERO)
            .expect("a connection can be told not to wait");
        db
    }

    /// A shop with a pool of so many connections.
    fn shop(&self, connections: usize) -> Shop {
        let connections = (0..connections).map(|_| self.connect()).collect();
        Shop::new(Pool::new(connections, Duration::ZERO))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn status(shop: &Shop, order: i64) -> Option<String> {
    shop.status(order).expect("a connection is idle")
}

#[test]
fn one_connection_is_enough_for_one_request() {
    let folder = Folder::new("one");
    for connections in [3, 1] {
        let shop = folder.shop(connections);
        let order = shop.place(1, |_, cents| {
            assert_eq!(cents, 250, "the price of product 1");
            Ok(())
        });
        assert!(
            order.is_ok(),
            "with a pool of {connections} and no other request: {order:?}. A request that needs a second connection \
             while it keeps the first waits for itself here, and as soon as there are as many such requests as \
             connections, they all wait for each other"
        );
        assert_eq!(shop.pool().idle(), connections, "all are back afterwards");
    }
}

#[test]
fn what_happened_is_told() {
    let folder = Folder::new("told");
    let shop = folder.shop(3);
    assert_eq!(shop.place(1, |_, _| Ok(())), Ok(1));
    assert_eq!(
        shop.place(2, |_, _| Err("no money".to_owned())),
        Err(PlaceError::Refused("no money".to_owned()))
    );
    assert_eq!(
        shop.place(7, |_, _| panic!("nothing to pay for")),
        Err(PlaceError::UnknownProduct)
    );
    assert_eq!(
        [1, 2, 3].map(|order| status(&shop, order)),
        [Some("paid".into()), Some("refused".into()), None]
    );
    assert_eq!(
        shop.journal(),
        Ok(vec![
            "order 1 paid".to_owned(),
            "order 2 refused".to_owned()
        ])
    );
    assert_eq!(
        shop.pool().idle(),
        3,
        "all connections are back, whatever happened"
    );
}

#[test]
fn a_payment_holds_no_connection() {
    let folder = Folder::new("payment");
    let shop = folder.shop(3);
    let mut idle = None;
    let order = shop.place(1, |_, _| {
        idle = Some(shop.pool().idle());
        Ok(())
    });
    assert_eq!(
        idle,
        Some(3),
        "while the payment service is asked, which can go on for seconds, so many connections of three are idle. A \
         connection that waits for something else is missing where it is needed, and so is a lock ({order:?})"
    );
}

#[test]
fn an_order_is_there_before_it_is_paid() {
    let folder = Folder::new("before");
    let shop = folder.shop(3);
    let mut seen = None;
    let _ = shop.place(1, |order, _| {
        seen = Some(status(&shop, order));
        Ok(())
    });
    assert_eq!(
        seen,
        Some(Some("pending".to_owned())),
        "another request must find the order before it is paid. If the process dies during the payment, it is all \
         that is left of it"
    );

    let panicked = catch_unwind(AssertUnwindSafe(|| {
        shop.place(2, |_, _| {
            panic!("this payment panics, as the test wants it to")
        })
    }));
    assert!(
        panicked.is_err(),
        "the panic of a payment is not for the shop to hide"
    );
    assert_eq!(
        (status(&shop, 2), shop.pool().idle()),
        (Some("pending".to_owned()), 3),
        "after a payment has panicked nobody knows whether it was made, so the order stays pending; and all \
         connections are back"
    );
}

#[test]
fn status_and_journal_change_together() {
    let folder = Folder::new("together");
    folder
        .connect()
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON journal BEGIN SELECT raise(ABORT, 'the journal is full'); END",
        )
        .expect("good SQL");
    let shop = folder.shop(3);
    for pays in [true, false] {
        let placed = shop.place(1, |_, _| if pays { Ok(()) } else { Err("no".to_owned()) });
        assert!(
            matches!(placed, Err(PlaceError::Database(_))),
            "the journal can't be written, and that must be told: {placed:?}"
        );
    }
    assert_eq!(
        [1, 2].map(|order| status(&shop, order)),
        [Some("pending".to_owned()), Some("pending".to_owned())],
        "status and journal change together: a line that can't be written leaves the order as it was"
    );
    folder
        .connect()
        .execute_batch("DROP TRIGGER full")
        .expect("good SQL");
    assert_eq!(
        shop.place(1, |_, _| Ok(())),
        Ok(3),
        "afterwards all is well"
    );
    assert_eq!(shop.journal(), Ok(vec!["order 3 paid".to_owned()]));
}
