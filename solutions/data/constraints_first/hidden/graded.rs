//! Real threads, and no luck needed: whoever wins, there is one user for each address.

use std::path::PathBuf;
use std::sync::Barrier;
use std::{env, fs, process, thread};

use constraints_first::{NewUser, RegisterError, SCHEMA, register};
use rusqlite::Connection;

struct Folder(PathBuf);

impl Folder {
    fn connect(&self) -> Connection {
        let db = Connection::open(self.0.join("users.db")).expect("a file");
        db.pragma_update(None, "synchronous", "OFF")
            .expect("no test loses its power");
        db.pragma_update(None, "foreign_keys", true)
            .expect("a connection can check foreign keys");
        db
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn of_four_who_want_the_same_one_gets_it() {
    let folder =
        Folder(env::temp_dir().join(format!("constraints_first-graded-{}", process::id())));
    fs::create_dir_all(&folder.0).expect("a folder for temporary files");
    let db = folder.connect();
    db.pragma_update(None, "journal_mode", "WAL")
        .expect("a file can have a log");
    db.execute_batch(SCHEMA).expect("the schema is good SQL");
    let begin = Barrier::new(4);
    let (made, taken) = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let (folder, begin) = (&folder, &begin);
                scope.spawn(move || {
                    let db = folder.connect();
                    begin.wait();
                    let (mut made, mut taken) = (0, 0);
                    for round in 0..15 {
                        let (by_email, own) = (round % 2 == 0, format!("{n}-{round}"));
                        let (email, name) = if by_email {
                            (format!("Same{round}@example.com"), own)
                        } else {
                            (format!("{own}@example.com"), format!("same{round}"))
                        };
                        let email = if n % 2 == 0 {
                            email.to_uppercase()
                        } else {
                            email
                        };
                        let new = NewUser {
                            email: &email,
                            name: &name,
                            invited_by: None,
                        };
                        match register(&db, &new) {
                            Ok(_) => made += 1,
                            Err(RegisterError::EmailTaken) if by_email => taken += 1,
                            Err(RegisterError::NameTaken) if !by_email => taken += 1,
                            Err(other) => panic!("{new:?}: {other:?}"),
                        }
                    }
                    (made, taken)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("only duplicates are refused"))
            .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    });
    assert_eq!(
        (made, taken),
        (15, 45),
        "of four who want the same, one gets it and three are told why not"
    );
}
