//! Many requests, and fewer connections.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Barrier;
use std::time::Duration;
use std::{env, fs, process, thread};

use pool_exhausted::{Pool, SCHEMA, Shop};
use rusqlite::Connection;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("pool_exhausted-{}-graded-{name}", process::id()));
        fs::create_dir_all(&path).expect("a folder for temporary files");
        let folder = Self(path);
        let db = folder.connect();
        db.execute_batch(SCHEMA).expect("the schema is good SQL");
        db.execute_batch("INSERT INTO products VALUES (1, 1), (2, 20)")
            .expect("good SQL");
        folder
    }

    fn connect(&self) -> Connection {
        let db = Connection::open(self.0.join("shop.db")).expect("a new file");
        db.pragma_update(None, "journal_mode", "WAL")
            .expect("a file can have a log");
        db.pragma_update(None, "synchronous", "OFF")
            .expect("no test loses its power");
        db
    }

    /// The patience is longer than anything here takes.
    fn shop(&self, connections: usize) -> Shop {
        let connections = (0..connections).map(|_| self.connect()).collect();
        Shop::new(Pool::new(connections, Duration::from_secs(5)))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn eight_payments_at_once_share_one_connection() {
    const REQUESTS: usize = 8;
    let folder = Folder::new("eight");
    let shop = folder.shop(1);
    let all_pay = Barrier::new(REQUESTS);
    let orders: BTreeSet<i64> = thread::scope(|scope| {
        let requests: Vec<_> = (0..REQUESTS)
            .map(|n| {
                let (shop, all_pay) = (&shop, &all_pay);
                scope.spawn(move || {
                    shop.place(1 + n as i64 % 2, |_, cents| {
                        assert_eq!(cents, [1, 20][n % 2]);
                        // Nobody's payment ends before everybody's has begun.
                        all_pay.wait();
                        Ok(())
                    })
                })
            })
            .collect();
        requests
            .into_iter()
            .map(|request| {
                request
                    .join()
                    .expect("no panic")
                    .expect("one connection is enough")
            })
            .collect()
    });
    assert_eq!(orders.len(), REQUESTS, "each order has a number of its own");
    assert_eq!(
        shop.journal().expect("a connection is idle").len(),
        REQUESTS
    );
    assert_eq!(shop.pool().idle(), 1);
}

#[test]
fn requests_of_all_kinds_go_through_two_connections() {
    let folder = Folder::new("kinds");
    let shop = folder.shop(2);
    thread::scope(|scope| {
        for n in 0..4 {
            let shop = &shop;
            scope.spawn(move || {
                for m in 0..6 {
                    let pays = (n + m) % 3 != 0;
                    let placed = shop.place(1, |order, _| {
                        let status = shop.status(order).expect("a connection comes back in time");
                        assert_eq!(status.as_deref(), Some("pending"));
                        if pays { Ok(()) } else { Err("no".to_owned()) }
                    });
                    assert_eq!(placed.is_ok(), pays, "{placed:?}");
                }
            });
        }
    });
    let journal = shop.journal().expect("a connection is idle");
    let refused = journal
        .iter()
        .filter(|line| line.ends_with("refused"))
        .count();
    assert_eq!((journal.len(), refused), (24, 8));
    assert_eq!(shop.pool().idle(), 2);
}
