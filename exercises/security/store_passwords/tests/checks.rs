//! What is kept of a password, who gets in with it, and what it costs. The costs are a thousandth of real ones.

use std::collections::BTreeMap;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use probes::alloc;
use store_passwords::{Accounts, Refused, Salts, Taken};

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

/// The SHA-256 digest of `tulip`, as everybody can look it up.
const TULIP: &str = "6a6b46521e000c1084dc8f9c1f32876a965302fd0008a1cf54cd75ec15b7cb93";

fn params(kibibytes: u32, passes: u32) -> Params {
    Params::new(kibibytes, passes, 1, None).expect("these are parameters")
}

fn policy() -> Params {
    params(64, 2)
}

/// 1, 2, 3 and so on.
fn salts() -> Salts {
    let mut last = 0;
    Box::new(move || {
        last += 1;
        [last; 16]
    })
}

fn table(rows: &[(&str, &str)]) -> BTreeMap<String, String> {
    rows.iter()
        .map(|(name, row)| ((*name).to_owned(), (*row).to_owned()))
        .collect()
}

/// A row as it was made when a password cost that much.
fn made(password: &str, params: Params) -> String {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), b"salt of the past")
        .expect("this is a salt")
        .to_string()
}

/// Checks that a row is that of a password, at the cost of the policy.
fn assert_is_of(row: &str, password: &str) {
    let phc = PasswordHash::new(row).unwrap_or_else(|error| {
        panic!("a PHC string was expected, `$argon2id$v=19$…`, which says how to verify it; found `{row}` ({error})")
    });
    assert_eq!(
        (phc.algorithm.as_str(), phc.version),
        ("argon2id", Some(19)),
        "the algorithm and version of `{row}`"
    );
    let found = Params::try_from(&phc).expect("the row has parameters");
    assert_eq!(
        (found.m_cost(), found.t_cost()),
        (policy().m_cost(), policy().t_cost()),
        "memory and passes of `{row}`: what the policy says"
    );
    assert!(
        Argon2::default()
            .verify_password(password.as_bytes(), &phc)
            .is_ok(),
        "`{row}` was expected to be of the password `{password}` itself"
    );
}

#[test]
fn who_knows_the_password_comes_in_and_nobody_else() {
    let mut accounts = Accounts::open(BTreeMap::new(), policy(), salts());
    assert_eq!(accounts.register("ada", "tulip"), Ok(()), "a new name");
    assert_eq!(
        accounts.register("ada", "rose"),
        Err(Taken),
        "the name is taken"
    );
    assert_eq!(accounts.login("ada", "tulip"), Ok(()), "her password");
    for (name, password) in [
        ("ada", "rose"),
        ("ada", "Tulip"),
        ("ada", ""),
        ("bob", "tulip"),
    ] {
        assert_eq!(
            accounts.login(name, password),
            Err(Refused),
            "{name} with `{password}`, where there is only ada, with `tulip`"
        );
    }
}

#[test]
fn what_is_kept_says_how_to_verify_it() {
    let mut accounts = Accounts::open(BTreeMap::new(), policy(), salts());
    accounts.register("ada", "tulip").expect("a new name");
    assert_is_of(&accounts.rows()["ada"], "tulip");
}

#[test]
fn the_same_password_is_kept_differently_each_time() {
    let mut accounts = Accounts::open(BTreeMap::new(), policy(), salts());
    for name in ["ada", "bob", "eve"] {
        accounts.register(name, "tulip").expect("a new name");
    }
    let mut kept: Vec<&String> = accounts.rows().values().collect();
    kept.sort();
    kept.dedup();
    assert_eq!(
        kept.len(),
        3,
        "three people have the same password, and whoever steals the table must not see it: {:#?}",
        accounts.rows()
    );
}

#[test]
fn a_row_is_verified_as_it_was_made() {
    for (kibibytes, passes) in [(16, 1), (64, 1), (128, 3)] {
        let row = made("tulip", params(kibibytes, passes));
        let mut accounts = Accounts::open(table(&[("ada", &row)]), policy(), salts());
        assert_eq!(
            accounts.login("ada", "rose"),
            Err(Refused),
            "a wrong password for `{row}`"
        );
        assert_eq!(
            accounts.rows()["ada"],
            row,
            "a wrong password changes nothing"
        );
        assert_eq!(
            accounts.login("ada", "tulip"),
            Ok(()),
            "the right password for `{row}`, whose parameters are not those of the policy: they are in the row"
        );
    }
}

#[test]
fn a_weaker_row_is_replaced_when_its_owner_comes() {
    for (kibibytes, passes) in [(16, 1), (64, 1), (16, 2)] {
        let row = made("tulip", params(kibibytes, passes));
        let mut accounts = Accounts::open(table(&[("ada", &row)]), policy(), salts());
        assert_eq!(
            accounts.login("ada", "tulip"),
            Ok(()),
            "the right password for `{row}`"
        );
        assert_ne!(
            accounts.rows()["ada"],
            row,
            "`{row}` is weaker than the policy (m=64, t=2), and the password was here"
        );
        assert_is_of(&accounts.rows()["ada"], "tulip");
        assert_eq!(
            accounts.login("ada", "tulip"),
            Ok(()),
            "and she comes in after that"
        );
    }
}

#[test]
fn a_row_that_is_no_weaker_stays() {
    for (kibibytes, passes) in [(64, 2), (128, 2), (64, 3)] {
        let row = made("tulip", params(kibibytes, passes));
        let mut accounts = Accounts::open(table(&[("ada", &row)]), policy(), salts());
        assert_eq!(
            accounts.login("ada", "tulip"),
            Ok(()),
            "the right password for `{row}`"
        );
        assert_eq!(
            accounts.rows()["ada"],
            row,
            "the policy (m=64, t=2) asks for no more than the row has; nobody is to be made weaker by a login"
        );
    }
}

#[test]
fn no_fast_hash_is_left_once_the_table_is_open() {
    let old = format!("sha256:{TULIP}");
    let mut accounts = Accounts::open(table(&[("ada", &old)]), policy(), salts());
    let row = &accounts.rows()["ada"];
    assert!(
        !row.contains(TULIP),
        "ada may never come back, and her fast hash is in every copy of the table until then: `{row}`"
    );
    assert_eq!(
        accounts.login("ada", "rose"),
        Err(Refused),
        "a wrong password"
    );
    assert_eq!(
        accounts.login("ada", "tulip"),
        Ok(()),
        "the password that the fast hash was of"
    );
    assert_is_of(&accounts.rows()["ada"], "tulip");
}

#[test]
fn a_stolen_digest_is_no_password() {
    let old = format!("sha256:{TULIP}");
    for stolen in [TULIP, &old] {
        let mut accounts = Accounts::open(table(&[("ada", &old)]), policy(), salts());
        assert_eq!(
            accounts.login("ada", stolen),
            Err(Refused),
            "the table of last year is on the net; `{stolen}` was in it, and must not open ada's account"
        );
    }
}

#[test]
fn a_name_that_there_is_not_costs_what_another_does() {
    let mut accounts = Accounts::open(BTreeMap::new(), params(512, 1), salts());
    accounts.register("ada", "tulip").expect("a new name");
    for name in ["ada", "bob"] {
        let (answer, tally) = alloc::measure(|| accounts.login(name, "rose"));
        assert_eq!(answer, Err(Refused), "{name} with a wrong password");
        assert!(
            (512 * 1024..1024 * 1024).contains(&tally.bytes),
            "a refusal takes one hash with 512 KiB, also of `bob`, whom there is not: who answers him sooner says so. \
             For `{name}`, {} bytes were used",
            tally.bytes
        );
    }
}
