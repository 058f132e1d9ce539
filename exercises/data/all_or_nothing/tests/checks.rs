//! What is in the accounts after a transfer that failed, however it failed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs, process};

use all_or_nothing::{Bank, Failure, Rule, Transfer};
use rusqlite::Connection;

const PASS: Rule<'static> = &|_, _| Ok(());

const fn transfer(payer: i64, payee: i64, cents: u32) -> Transfer {
    Transfer {
        payer,
        payee,
        cents,
    }
}

/// A bank of accounts 1, 2 and 3 with 1,000, 500 and 0 cents, in which account 1 has paid 100 to account 2 before.
fn bank(db: Connection) -> Bank {
    let mut bank = Bank::new(db).expect("an empty database can be a bank");
    for (id, cents) in [(1, 1_100), (2, 400), (3, 0)] {
        bank.open(id, cents).expect("a new account");
    }
    assert_eq!(bank.transfer(transfer(1, 2, 100), PASS), Ok(()));
    bank
}

fn in_memory() -> Bank {
    bank(Connection::open_in_memory().expect("memory is there"))
}

/// Checks that nothing has moved, and that the bank can go on.
fn assert_untouched(bank: &mut Bank, after: &str) {
    let balances = [1, 2, 3].map(|id| bank.balance(id));
    let entries = bank.entries().map(|entries| entries.len());
    assert_eq!(
        (balances, entries),
        ([Ok(1_000), Ok(500), Ok(0)], Ok(1)),
        "{after}, nothing may have moved: a transfer is made whole or not at all (left: balances and entries)"
    );
    let next = bank.transfer(transfer(2, 3, 50), PASS);
    assert_eq!(
        (next, bank.balance(2), bank.balance(3)),
        (Ok(()), Ok(450), Ok(50)),
        "{after}, the next transfer must be made. Is the transaction of the one before still open?"
    );
}

#[test]
fn a_transfer_moves_money_and_leaves_an_entry() {
    let mut bank = in_memory();
    let seen = std::cell::Cell::new((0, 0));
    let rule = |left, reached| {
        seen.set((left, reached));
        Ok(())
    };
    assert_eq!(bank.transfer(transfer(1, 3, 1_000), &rule), Ok(()));
    assert_eq!(
        seen.get(),
        (0, 1_000),
        "the rule gets the balances as they would be"
    );
    assert_eq!(
        [1, 2, 3].map(|id| bank.balance(id)),
        [Ok(0), Ok(500), Ok(1_000)]
    );
    assert_eq!(
        bank.entries(),
        Ok(vec![transfer(1, 2, 100), transfer(1, 3, 1_000)]),
        "each transfer has an entry"
    );
}

#[test]
fn a_refused_transfer_moves_nothing() {
    for (case, order, rule, failure) in [
        (
            "the payer has too little",
            transfer(1, 2, 1_001),
            PASS,
            Failure::NotEnough,
        ),
        (
            "nobody has account 9",
            transfer(1, 9, 10),
            PASS,
            Failure::Unknown(9),
        ),
        (
            "and nobody pays from it",
            transfer(9, 1, 10),
            PASS,
            Failure::Unknown(9),
        ),
        (
            "a rule refuses",
            transfer(1, 2, 10),
            &|_, _| Err("closed".to_owned()),
            Failure::Refused("closed".to_owned()),
        ),
    ] {
        let mut bank = in_memory();
        assert_eq!(bank.transfer(order, rule), Err(failure), "{case}");
        assert_untouched(
            &mut bank,
            &format!("after a transfer that failed because {case}"),
        );
    }
}

#[test]
fn a_panic_moves_nothing() {
    let mut bank = in_memory();
    let broken = |left, _| {
        assert!(left < 0, "this rule panics, as the test wants it to");
        Ok(())
    };
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        bank.transfer(transfer(1, 2, 10), &broken)
    }));
    assert!(
        panicked.is_err(),
        "the panic of a rule is not for the bank to hide"
    );
    assert_untouched(
        &mut bank,
        "after a rule has panicked in the middle of a transfer",
    );
}

#[test]
fn a_list_is_moved_as_a_whole() {
    let mut bank = in_memory();
    let list = [
        transfer(1, 3, 600),
        transfer(2, 3, 100),
        transfer(1, 2, 500),
    ];
    assert_eq!(
        bank.transfer_all(&list, PASS),
        Err((2, Failure::NotEnough)),
        "account 1 has 400 left for the last of three"
    );
    assert_untouched(
        &mut bank,
        "after the last of three transfers failed, with all of the list or nothing to be moved",
    );

    let mut bank = in_memory();
    let list = [transfer(1, 3, 10), transfer(2, 3, 10)];
    let broken = |left, _| {
        assert!(left > 600, "this rule panics, as the test wants it to");
        Ok(())
    };
    let panicked = catch_unwind(AssertUnwindSafe(|| bank.transfer_all(&list, &broken)));
    assert!(
        panicked.is_err(),
        "the panic of a rule is not for the bank to hide"
    );
    assert_untouched(
        &mut bank,
        "after a rule has panicked at the second transfer of a list",
    );

    let mut bank = in_memory();
    let list = [
        transfer(1, 3, 600),
        transfer(3, 2, 600),
        transfer(2, 1, 1_100),
    ];
    assert_eq!(
        bank.transfer_all(&list, PASS),
        Ok(()),
        "each pays what it got before"
    );
    assert_eq!(
        [1, 2, 3].map(|id| bank.balance(id)),
        [Ok(1_500), Ok(0), Ok(0)]
    );
    assert_eq!(bank.entries().map(|entries| entries.len()), Ok(4));
    assert_eq!(bank.transfer_all(&[], PASS), Ok(()), "nothing to do");
}

/// A database in a file that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("all_or_nothing-{}-{name}", process::id()));
        fs::create_dir_all(&path).expect("a folder for temporary files");
        Self(path)
    }

    /// A connection that does not wait for others.
    fn connect(&self) -> Connection {
        let db = Connection::open(self.0.join("bank.db")).expect("a new file");
        db.busy_timeout(Duration::ZERO)
            .expect("a connection can be told not to wait");
        db.pragma_update(None, "synchronous", "OFF")
            .expect("no test loses its power");
        db
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn balances(db: &Connection) -> Vec<i64> {
    let mut query = db
        .prepare("SELECT cents FROM accounts ORDER BY id")
        .expect("the table is there");
    query
        .query_map([], |row| row.get(0))
        .and_then(Iterator::collect)
        .expect("others may read")
}

#[test]
fn nobody_sees_half_a_transfer() {
    let folder = Folder::new("half");
    let mut bank = bank(folder.connect());
    let other = folder.connect();
    let rule = |_, _| {
        assert_eq!(
            balances(&other),
            [1_000, 500, 0],
            "while a transfer is under way, somebody else reads the balances, and must not see half a transfer"
        );
        Ok(())
    };
    assert_eq!(bank.transfer(transfer(1, 3, 10), &rule), Ok(()));
    assert_eq!(
        balances(&other),
        [990, 500, 10],
        "after the transfer all see it"
    );
}

#[test]
fn a_commit_that_fails_moves_nothing() {
    let folder = Folder::new("commit");
    let mut bank = bank(folder.connect());
    // Somebody reads, and has not finished. Changes can be made, but not be committed.
    let reader = folder.connect();
    reader.execute_batch("BEGIN").expect("a reader may begin");
    assert_eq!(balances(&reader), [1_000, 500, 0]);
    for list in [false, true] {
        let failure = if list {
            bank.transfer_all(&[transfer(1, 3, 10)], PASS)
                .map_err(|(_, failure)| failure)
        } else {
            bank.transfer(transfer(1, 3, 10), PASS)
        };
        assert!(
            matches!(failure, Err(Failure::Database(_))),
            "the database can't commit as long as somebody reads, and that must be told: {failure:?}"
        );
    }
    reader.execute_batch("COMMIT").expect("a reader may end");
    assert_untouched(&mut bank, "after COMMIT has failed");
}
