//! Nobody is registered twice, whoever else registers at the same moment and by whatever way.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{env, fs, process};

use constraints_first::{NewUser, RegisterError, SCHEMA, register};
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, ErrorCode};

const fn user<'a>(email: &'a str, name: &'a str) -> NewUser<'a> {
    NewUser {
        email,
        name,
        invited_by: None,
    }
}

const ADA: NewUser<'static> = user("Ada@Example.com", "ada");

fn in_memory() -> Connection {
    let db = Connection::open_in_memory().expect("memory is there");
    db.pragma_update(None, "foreign_keys", true)
        .expect("a connection can check foreign keys");
    db.execute_batch(SCHEMA).expect("the schema is good SQL");
    db
}

fn users(db: &Connection) -> Vec<(i64, String, String)> {
    let mut users = db
        .prepare("SELECT id, email, name FROM users ORDER BY id")
        .expect("the table is there");
    users
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .and_then(Iterator::collect)
        .expect("users can be read")
}

#[test]
fn users_are_registered() {
    let db = in_memory();
    let ada = register(&db, &ADA).expect("the first user");
    let invited = NewUser {
        invited_by: Some(ada),
        ..user("bob@example.com", "Ada")
    };
    let bob = register(&db, &invited).expect("another address, and names are told apart by case");
    assert_eq!(
        users(&db),
        [
            (ada, "Ada@Example.com".to_owned(), "ada".to_owned()),
            (bob, "bob@example.com".to_owned(), "Ada".to_owned())
        ],
        "as they have written it"
    );
}

#[test]
fn each_refusal_has_its_reason() {
    let db = in_memory();
    register(&db, &ADA).expect("the first user");
    let nobodys = NewUser {
        invited_by: Some(77),
        ..user("eve@example.com", "eve")
    };
    for (new, reason) in [
        (user("ada@example.COM", "eve"), RegisterError::EmailTaken),
        (user("eve@example.com", "ada"), RegisterError::NameTaken),
        (nobodys, RegisterError::UnknownInviter),
    ] {
        assert_eq!(
            register(&db, &new),
            Err(reason),
            "address, name, or inviter of {new:?}"
        );
        assert_eq!(users(&db).len(), 1, "who is refused is no user: {new:?}");
    }
    assert!(
        register(&db, &user("eve@example.com", "eve")).is_ok(),
        "afterwards, with nothing in the way"
    );
}

#[test]
fn the_rule_holds_for_everybody() {
    let db = in_memory();
    register(&db, &ADA).expect("the first user");
    for insert in [
        "INSERT INTO users (email, name) VALUES ('ADA@example.com', 'ada2')",
        "INSERT INTO users (email, name) VALUES ('ada2@example.com', 'ada')",
    ] {
        let code = db
            .execute(insert, [])
            .map_err(|error| error.sqlite_error_code());
        assert_eq!(
            code,
            Err(Some(ErrorCode::ConstraintViolation)),
            "an import, an older version, and somebody with a console write to the table too, and do not call \
             `register`: {insert}"
        );
    }
}

#[test]
fn other_refusals_are_no_duplicates() {
    let db = in_memory();
    db.execute_batch(
        "CREATE TRIGGER listed BEFORE INSERT ON users WHEN new.email LIKE '%.invalid'
         BEGIN SELECT raise(ABORT, 'users.email is on the list of users.name, FOREIGN KEY'); END",
    )
    .expect("good SQL");
    for new in [
        user("eve@host.invalid", "eve"),
        user("bob@host.invalid", "bob"),
    ] {
        let refused = register(&db, &new);
        assert!(
            matches!(refused, Err(RegisterError::Database(_))),
            "a trigger refuses an address for another reason, with a text of its own. Nobody has it, so \
             \"taken\" is not true: {refused:?}"
        );
    }
}

/// A folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = env::temp_dir().join(format!("constraints_first-{}", process::id()));
        fs::create_dir_all(&path).expect("a folder for temporary files");
        Self(path)
    }

    /// A connection that does not wait for others. Readers do not keep it from writing.
    fn connect(&self, name: usize) -> Connection {
        let db = Connection::open(self.0.join(format!("{name}.db"))).expect("a new file");
        db.busy_timeout(Duration::ZERO)
            .expect("a connection can be told not to wait");
        db.pragma_update(None, "journal_mode", "WAL")
            .expect("a file can have a log");
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

type Outcome = Result<i64, RegisterError>;

/// Lets somebody register, and another one right before statement number `at` of that, if there are so many.
/// Returns what became of both, the statement, and how many users there are.
fn interrupted(
    folder: &Folder,
    at: usize,
    one: NewUser<'_>,
    other: NewUser<'static>,
) -> Option<(Outcome, Outcome, String, usize)> {
    let mut first = folder.connect(at);
    first.execute_batch(SCHEMA).expect("the schema is good SQL");
    let second = Mutex::new(folder.connect(at));
    let told = Arc::<Mutex<Option<(Outcome, String)>>>::default();
    let tell = Arc::clone(&told);
    let mut begun = 0;
    first
        .trace_v2(
            TraceEventCodes::SQLITE_TRACE_STMT,
            Some(move |event: TraceEvent<'_>| {
                if let TraceEvent::Stmt(_, sql) = event {
                    if begun == at {
                        let second = second.lock().expect("no panic under the lock");
                        let outcome = register(&second, &other);
                        let mut tell = tell.lock().expect("no panic under the lock");
                        *tell = Some((outcome, sql.to_owned()));
                    }
                    begun += 1;
                }
            }),
        )
        .expect("a connection can be traced");
    let outcome = register(&first, &one);
    let (second, sql) = told.lock().expect("no panic under the lock").take()?;
    Some((outcome, second, sql, users(&folder.connect(at)).len()))
}

#[test]
fn two_at_once_are_one_user_and_one_answer() {
    let same_email = (
        ADA,
        user("ada@example.com", "another"),
        RegisterError::EmailTaken,
    );
    let same_name = (
        ADA,
        user("another@example.com", "ada"),
        RegisterError::NameTaken,
    );
    for (one, other, reason) in [same_email, same_name] {
        let folder = Folder::new();
        let mut points = 0;
        while let Some((first, second, sql, users)) = interrupted(&folder, points, one, other) {
            points += 1;
            let busy = matches!(&second, Err(RegisterError::Database(error))
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy));
            let fair = match (&first, &second) {
                (Err(lost), Ok(_)) => *lost == reason,
                (Ok(_), Err(lost)) => *lost == reason || busy,
                _ => false,
            };
            assert!(
                fair && users == 1,
                "two want to register, and the second comes in when the first is about to run `{sql}`, its statement \
                 number {points}. The first got {first:?}, the second {second:?}, and there are {users} users. One \
                 must become a user, and the loser be told {reason:?} as at any other time"
            );
        }
        assert!(points > 0, "a registration is at least one statement");
    }
}
