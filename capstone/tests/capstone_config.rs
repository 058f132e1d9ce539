//! What the configuration promises to whoever writes it, in a file, in the environment and on the command
//! line, and gets it wrong.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::io;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use capstone::Config;
use capstone::config::{ConfigErrors, Database, Secret};

use support::{Process, listed};

// ── the layers ─────────────────────────────────────────────────────────────────────────────────────

#[test]
fn saying_nothing_gives_the_defaults() {
    let config = loaded(&Said::default());
    assert_eq!(config, Config::default(), "nobody said anything");
    assert_eq!(
        (config.grace, config.database, config.password_pepper),
        (Duration::from_secs(30), Database::Memory, None),
        "the defaults of `grace`, `database` and `password_pepper`"
    );
}

#[test]
fn each_source_outdoes_the_one_below() {
    let all = Said {
        file: Some(r#"{"notice": "1s"}"#),
        env: &[("TASKS_NOTICE", "2s")],
        flags: &["--notice", "3s"],
    };
    let cases = [
        (
            Said {
                env: &[],
                flags: &[],
                ..all
            },
            1,
            "the file over the default",
        ),
        (
            Said { flags: &[], ..all },
            2,
            "the environment over the file",
        ),
        (all, 3, "the flag over all"),
        (
            Said {
                file: None,
                env: &[],
                ..all
            },
            3,
            "the flag alone",
        ),
    ];
    for (said, seconds, who) in cases {
        let config = loaded(&said);
        assert_eq!(
            config.notice,
            Duration::from_secs(seconds),
            "{who}: {said:?}"
        );
    }
}

#[test]
fn a_source_that_is_silent_leaves_what_is_below() {
    let config = loaded(&Said {
        file: Some(r#"{"notice": "250ms", "database": "sqlite:tasks.db"}"#),
        env: &[
            ("TASKS_DRAIN_TIMEOUT", "20s"),
            ("TASKS_PASSWORD_PEPPER", "sixteen bytes, or more"),
            ("PATH", "/usr/bin"),
            ("MY_TASKS_NOTICE", "soon"),
        ],
        flags: &["--address=[::1]:8080"],
    });
    let expected = Config {
        address: "[::1]:8080".parse().expect("an address"),
        notice: Duration::from_millis(250),
        drain_timeout: Duration::from_secs(20),
        database: Database::Sqlite(PathBuf::from("tasks.db")),
        password_pepper: Some(Secret::new("sixteen bytes, or more")),
        ..Config::default()
    };
    assert_eq!(
        config, expected,
        "each setting has what its only source said, or its default; other programs' variables are not ours"
    );
}

#[test]
fn the_file_is_named_by_a_flag_or_by_the_environment() {
    let asked = |env: &[(&str, &str)], flags: &[&str]| {
        let mut asked = Vec::new();
        let config = Config::load(&texts(flags), &pairs(env), |path| {
            asked.push(path.to_owned());
            Ok(r#"{"notice": "7s"}"#.to_owned())
        });
        let config = config.unwrap_or_else(|errors| panic!("nothing is wrong here: {errors}"));
        assert_eq!(config.notice, Duration::from_secs(7), "read from {asked:?}");
        asked
    };
    assert_eq!(asked(&[("TASKS_CONFIG", "a.json")], &[]), ["a.json"]);
    assert_eq!(asked(&[], &["--config=b.json"]), ["b.json"]);
    assert_eq!(
        asked(&[("TASKS_CONFIG", "a.json")], &["--config", "b.json"]),
        ["b.json"],
        "the flag has the last word here too, and the other file is not read"
    );
}

// ── mistakes ───────────────────────────────────────────────────────────────────────────────────────

#[test]
fn every_mistake_is_reported_where_it_stands() {
    let errors = refused(&Said {
        file: Some(r#"{"notice": "soon", "drain_timeout": 10, "colour": "red"}"#),
        env: &[("TASKS_GRACE", "30"), ("TASKS_DRAIN_TIMOUT", "9s")],
        flags: &["--address", "8080", "--verbose", "--database"],
    });
    // The name that the writer sees before them, and what tells one mistake from another.
    let expected: [[&str; 2]; 8] = [
        ["tasks.json", "notice"],
        ["tasks.json", "drain_timeout"],
        ["tasks.json", "colour"],
        ["TASKS_GRACE", "10s"],
        ["TASKS_DRAIN_TIMOUT", "TASKS_DRAIN_TIMEOUT"],
        ["--address", "127.0.0.1:8080"],
        ["--verbose", "--verbose"],
        ["--database", "value"],
    ];
    for words in expected {
        let said = errors
            .iter()
            .any(|error| words.iter().all(|word| error.contains(word)));
        assert!(
            said,
            "three sources have eight mistakes. One error must say {words:?}: the name as it is \
             written there, and what would be right. They are:\n{}",
            errors.join("\n")
        );
    }
    assert_eq!(
        errors.len(),
        expected.len(),
        "one error for each mistake, and none for what follows from one:\n{}",
        errors.join("\n")
    );
}

#[test]
fn a_mistake_that_is_overridden_is_still_one() {
    let outcome = load(&Said {
        file: Some(r#"{"notice": "soon"}"#),
        env: &[("TASKS_NOTICE", "later")],
        flags: &["--notice", "1s"],
    });
    let mistakes = outcome
        .as_ref()
        .map_or_else(|errors| errors.iter().count(), |_| 0);
    assert_eq!(
        mistakes, 2,
        "the flag hides `soon` and `later` until somebody takes it away, on a day when nobody thinks \
         of the file: {outcome:?}"
    );
}

#[test]
fn a_file_that_cannot_be_used_is_one_mistake_among_the_others() {
    let flags = texts(&["--config", "gone.json", "--notice", "soon"]);
    let unreadable = Config::load(&flags, &[], |_| Err(io::ErrorKind::NotFound.into()));
    let errors = listed_errors(unreadable);
    assert!(
        errors.len() == 2 && errors[0].contains("gone.json") && errors[1].contains("--notice"),
        "a file that can't be read and a wrong flag: {errors:?}"
    );
    for text in ["", "notice = 1s", "[]", r#"{"notice": "1s""#] {
        let errors = refused(&Said {
            file: Some(text),
            flags: &["--notice", "soon"],
            ..Said::default()
        });
        assert!(
            errors.len() == 2 && errors[0].contains("tasks.json"),
            "{text:?} is no JSON object, and the flag is wrong: {errors:?}"
        );
    }
}

#[test]
fn a_stop_that_ends_in_a_kill_is_a_mistake() {
    // Each is right by itself, and they come from three places.
    let contradicting = Said {
        file: Some(r#"{"notice": "20s"}"#),
        env: &[("TASKS_DRAIN_TIMEOUT", "10s")],
        flags: &["--grace", "30s"],
    };
    let errors = refused(&contradicting);
    assert!(
        errors.len() == 1
            && ["notice", "drain_timeout", "grace"]
                .iter()
                .all(|name| errors[0].contains(name)),
        "20 s of notice and 10 s of draining leave nothing of 30 s: the supervisor kills what is in \
         flight. One error must name the three: {errors:?}"
    );
    let one_more = Said {
        env: &[("TASKS_DRAIN_TIMEOUT", "9999ms")],
        ..contradicting
    };
    loaded(&one_more);

    // With the file mended there would be no contradiction, so there is none to report.
    let errors = refused(&Said {
        file: Some(r#"{"grace": "6O0s"}"#),
        flags: &["--drain-timeout", "5m"],
        ..Said::default()
    });
    assert_eq!(errors.len(), 1, "`6O0s` is the only mistake: {errors:?}");
}

// ── secrets ────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn no_secret_is_ever_shown() {
    const PEPPER: &str = "correct horse battery staple";
    let config = loaded(&Said {
        env: &[("TASKS_PASSWORD_PEPPER", PEPPER)],
        ..Said::default()
    });
    let pepper = config.password_pepper.clone().expect("it was given");
    assert_eq!(pepper.expose(), PEPPER, "whoever needs it gets it, by name");
    let shown = format!("{config:?} {config:#?} {pepper:?}");
    assert!(
        !shown.contains("horse"),
        "somebody will log the configuration at start-up, and the pepper with it: {shown}"
    );

    // Short, misspelt, of the wrong type, in the wrong place: each is a mistake, with a secret in it.
    let said = Said {
        file: Some(
            r#"{"password_pepper": "hunter2", "pasword_pepper": "hunter2", "database": ["hunter2"]}"#,
        ),
        env: &[
            ("TASKS_PASSWORD_PEPPER", "hunter2"),
            ("TASKS_DATABASE", "mongodb://app:hunter2@db/tasks"),
        ],
        flags: &[
            "--password-pepper",
            "hunter2 hunter2 hunter2",
            "--pasword-pepper=hunter2",
            "--database=mysql://root:hunter2@db/tasks",
            "hunter2",
        ],
    };
    let errors = refused(&said);
    assert_eq!(
        errors.len(),
        9,
        "nine mistakes. A pepper on the command line is one, whatever it is: everybody on the machine \
         can list the arguments of a process. They are:\n{}",
        errors.join("\n")
    );
    for error in errors {
        assert!(
            !error.contains("hunter2"),
            "errors go to the log, so they must not repeat what may be a secret: {error}"
        );
    }
    let error = Config::load(&texts(said.flags), &pairs(said.env), |_| Ok(String::new()));
    let debug = format!("{error:?}");
    assert!(!debug.contains("hunter2"), "nor must their Debug: {debug}");
}

// ── the binary ─────────────────────────────────────────────────────────────────────────────────────

#[cfg(unix)]
#[test]
fn the_binary_is_configured_and_refuses_what_is_wrong() {
    // An address that is taken shows that the binary listens where the flag says.
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it is bound").to_string();
    let mut right = Process::start_with(&["--address", &address], &[("TASKS_NOTICE", "1ms")]);
    let (lines, status) = right.ended();
    let log = listed(&lines);
    assert!(
        status.code() == Some(1) && log.contains(&address),
        "the configuration is right and {address} is taken: the service must fail with exit code 1 and \
         name the address. It ended with {status}, and the log:\n{log}"
    );

    let mut wrong = Process::start_with(
        &["--notice", "soon"],
        &[("TASKS_GRACE", "30"), ("TASKS_PASSWORD_PEPPER", "hunter2")],
    );
    let (lines, status) = wrong.ended();
    let log = listed(&lines);
    assert_eq!(
        status.code(),
        Some(2),
        "exit code 2 tells a supervisor that starting again will not help; the log:\n{log}"
    );
    let errors = lines.iter().filter(|line| line["level"] == "ERROR").count();
    assert!(
        errors == 3
            && ["--notice", "TASKS_GRACE", "TASKS_PASSWORD_PEPPER"]
                .iter()
                .all(|name| log.contains(name)),
        "each of the three mistakes has a line of JSON at level ERROR:\n{log}"
    );
    assert!(
        !log.contains("hunter2"),
        "and none shows the pepper:\n{log}"
    );
}

// ── what is said ───────────────────────────────────────────────────────────────────────────────────

#[derive(Debug, Clone, Copy, Default)]
struct Said {
    /// The text of `tasks.json`, which `--config` names.
    file: Option<&'static str>,
    env: &'static [(&'static str, &'static str)],
    flags: &'static [&'static str],
}

fn load(said: &Said) -> Result<Config, ConfigErrors> {
    let mut flags = texts(said.flags);
    if said.file.is_some() {
        flags.insert(0, "--config=tasks.json".to_owned());
    }
    Config::load(&flags, &pairs(said.env), |path| match said.file {
        Some(text) if path == "tasks.json" => Ok(text.to_owned()),
        _ => panic!("nobody has named the file {path:?}"),
    })
}

fn loaded(said: &Said) -> Config {
    load(said).unwrap_or_else(|errors| panic!("{said:?} is right; load said:\n{errors}"))
}

fn refused(said: &Said) -> Vec<String> {
    listed_errors(load(said))
}

fn listed_errors(outcome: Result<Config, ConfigErrors>) -> Vec<String> {
    match outcome {
        Ok(config) => panic!("this must be refused, and gave {config:?}"),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}
