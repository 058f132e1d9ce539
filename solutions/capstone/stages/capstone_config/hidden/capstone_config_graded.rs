//! The same promises at values that the visible tests do not name.

use std::path::PathBuf;
use std::time::Duration;

use capstone::Config;
use capstone::config::Database;

#[test]
fn durations_are_whole_numbers_with_a_unit() {
    for (text, expected) in [
        ("0ms", Some(Duration::ZERO)),
        ("1500ms", Some(Duration::from_millis(1500))),
        ("90s", Some(Duration::from_secs(90))),
        ("3m", Some(Duration::from_secs(180))),
        ("2h", Some(Duration::from_secs(7200))),
        ("", None),
        ("s", None),
        ("10", None),
        ("-1s", None),
        ("+1s", None),
        ("1.5s", None),
        ("1 s", None),
        ("1S", None),
        ("1d", None),
        ("99999999999999999999s", None),
        ("18446744073709551615h", None),
    ] {
        let config = load(&["--grace", "24h", "--notice", text], &[]);
        let notice = config.as_ref().map(|config| config.notice).ok();
        assert_eq!(notice, expected, "the duration {text:?}");
    }
}

#[test]
fn numbers_at_the_edge_are_no_panic() {
    let most = "18446744073709551615s";
    let config = load(&["--notice", most, "--drain-timeout", most], &[]);
    let errors = config.expect_err("no supervisor waits for as long as that");
    assert_eq!(errors.iter().count(), 1, "{errors}");
}

#[test]
fn databases_and_addresses() {
    for (text, expected) in [
        ("memory:", Some(Database::Memory)),
        (
            "sqlite:/var/lib/tasks.db",
            Some(Database::Sqlite(PathBuf::from("/var/lib/tasks.db"))),
        ),
        ("sqlite:a:b", Some(Database::Sqlite(PathBuf::from("a:b")))),
        ("sqlite:", None),
        ("memory:x", None),
        ("tasks.db", None),
        ("", None),
    ] {
        let config = load(&[], &[("TASKS_DATABASE", text)]);
        let database = config.map(|config| config.database).ok();
        assert_eq!(database, expected, "the database {text:?}");
    }
    let config = load(&[], &[("TASKS_ADDRESS", "localhost:80")]);
    config.expect_err("a name is not an address");
}

#[test]
fn names_are_of_their_source() {
    for (flags, env) in [
        (&["--drain_timeout", "1s"][..], &[][..]),
        (&["--TASKS_NOTICE", "1s"], &[]),
        (&["-notice", "1s"], &[]),
        (&["--config"], &[]),
        (&[], &[("TASKS_notice", "1s")]),
        (&[], &[("TASKS_", "1s")]),
    ] {
        load(flags, env).expect_err("no source has such a name");
    }
}

#[test]
fn a_pepper_is_counted_in_bytes() {
    for (pepper, right) in [
        ("0123456789abcde", false),
        ("0123456789abcdef", true),
        ("ääääääää", true),
        ("", false),
    ] {
        let config = load(&[], &[("TASKS_PASSWORD_PEPPER", pepper)]);
        assert_eq!(config.is_ok(), right, "{} bytes", pepper.len());
    }
}

fn load(flags: &[&str], env: &[(&str, &str)]) -> Result<Config, capstone::config::ConfigErrors> {
    let flags: Vec<String> = flags.iter().map(|text| (*text).to_owned()).collect();
    let env: Vec<_> = env
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Config::load(&flags, &env, |path| panic!("nobody has named {path}"))
}
