//! The same promises at other values, and what is left when a table is saved and opened again.

use std::collections::BTreeMap;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use store_passwords::{Accounts, Refused, Salts};

/// The SHA-256 digest of `rose`.
const ROSE: &str = "618d663af0f1ec88a5a19defa65a2f80d06582a832510b12f475d80870bdb3ab";

fn policy() -> Params {
    Params::new(48, 3, 1, None).expect("these are parameters")
}

fn salts(from: u8) -> Salts {
    let mut last = from;
    Box::new(move || {
        last += 1;
        [last; 16]
    })
}

fn one(name: &str, row: &str) -> BTreeMap<String, String> {
    BTreeMap::from([(name.to_owned(), row.to_owned())])
}

#[test]
fn a_table_may_be_opened_many_times() {
    let mut rows = one("eve", &format!("sha256:{ROSE}"));
    for from in [0, 50, 100] {
        rows = Accounts::open(rows, policy(), salts(from)).rows().clone();
    }
    let mut accounts = Accounts::open(rows, policy(), salts(150));
    assert_eq!(
        accounts.login("eve", "rose"),
        Ok(()),
        "the table was saved and opened three times before eve came back"
    );
    let rows = accounts.rows().clone();
    let mut accounts = Accounts::open(rows.clone(), policy(), salts(200));
    assert_eq!(
        accounts.login("eve", "rose"),
        Ok(()),
        "and once more after her login"
    );
    assert_eq!(
        *accounts.rows(),
        rows,
        "her row was up to date, and stays as it is"
    );
}

#[test]
fn old_algorithms_are_replaced_too() {
    let kinds = [
        (Algorithm::Argon2i, Version::V0x13),
        (Algorithm::Argon2d, Version::V0x13),
        (Algorithm::Argon2id, Version::V0x10),
    ];
    for (algorithm, version) in kinds {
        let row = Argon2::new(algorithm, version, policy())
            .hash_password_with_salt(b"rose", b"salt of the past")
            .expect("this is a salt")
            .to_string();
        let mut accounts = Accounts::open(one("eve", &row), policy(), salts(0));
        assert_eq!(accounts.login("eve", "tulip"), Err(Refused), "{row}");
        assert_eq!(
            accounts.rows()["eve"],
            row,
            "a wrong password changes nothing"
        );
        assert_eq!(accounts.login("eve", "rose"), Ok(()), "{row}");
        assert!(
            accounts.rows()["eve"].starts_with("$argon2id$v=19$m=48,t=3,p=1$"),
            "after a login, `{row}` was expected to have become argon2id of version 19, and is `{}`",
            accounts.rows()["eve"]
        );
    }
}

#[test]
fn nobody_comes_in_without_an_account() {
    let mut accounts = Accounts::open(BTreeMap::new(), policy(), salts(0));
    for password in [
        "", " ", "x", "decoy", "dummy", "nobody", "password", "secret",
    ] {
        assert_eq!(
            accounts.login("nobody", password),
            Err(Refused),
            "there is no account at all, and somebody got in with `{password}`"
        );
    }
    assert!(accounts.rows().is_empty(), "a login makes no account");
}

#[test]
fn a_row_that_cannot_be_read_lets_nobody_in() {
    for row in [
        "",
        "rose",
        "$argon2id$v=19$m=48,t=3,p=1",
        "$argon2id$v=19$m=1,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
        "$scrypt$ln=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let mut accounts = Accounts::open(one("eve", row), policy(), salts(0));
        for password in ["", "rose", row] {
            assert_eq!(
                accounts.login("eve", password),
                Err(Refused),
                "`{row}` is no row that says anything, and `{password}` opened it"
            );
        }
        assert_eq!(
            accounts.rows()["eve"],
            row,
            "and it stays for whoever looks into it"
        );
    }
}

#[test]
fn a_replaced_row_has_a_salt_of_its_own() {
    let old = format!("sha256:{ROSE}");
    let rows = BTreeMap::from([("ada".to_owned(), old.clone()), ("eve".to_owned(), old)]);
    let mut accounts = Accounts::open(rows, policy(), salts(0));
    let wrapped = accounts.rows().clone();
    assert_ne!(
        wrapped["ada"], wrapped["eve"],
        "two people with the same password, of the old table"
    );
    for name in ["ada", "eve"] {
        assert_eq!(accounts.login(name, "rose"), Ok(()), "{name}");
    }
    assert_ne!(
        accounts.rows()["ada"],
        accounts.rows()["eve"],
        "and after both have come back"
    );
}
