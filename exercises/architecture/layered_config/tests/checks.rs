//! The shop's settings, from texts. Nothing here is the environment of the process that runs the tests.

use std::time::Duration;

use layered_config::{Fault, Key, Origin, Problem, Sources, load};

const URL: &str = "postgres://shop:hunter2@db/shop";

fn at_line(line: usize, fault: Fault) -> Problem {
    Problem {
        origin: Origin::File { line },
        fault,
    }
}

fn at_variable(name: &str, fault: Fault) -> Problem {
    Problem {
        origin: variable(name),
        fault,
    }
}

fn at_argument(position: usize, fault: Fault) -> Problem {
    Problem {
        origin: Origin::Flag { position },
        fault,
    }
}

fn variable(name: &str) -> Origin {
    Origin::Env {
        name: name.to_owned(),
    }
}

fn bad(key: Key, found: &str) -> Fault {
    Fault::Bad(key, found.to_owned())
}

/// The problems of a start that has to fail, in an order of their own.
fn problems(sources: &Sources<'_>) -> Vec<Problem> {
    let mut problems = load(sources).expect_err("these sources have something wrong in them");
    problems.sort();
    problems
}

#[test]
fn each_layer_is_before_the_one_below_key_by_key() {
    let sources = Sources {
        file: Some(
            "# the shop\nport = 8001\nworkers = 8\n\ndrain_ms = 31000\ndatabase_url = postgres://file/shop?a=b\n",
        ),
        env: &[("SHOP_PORT", "8002"), ("SHOP_WORKERS", "16")],
        flags: &["--port=8003", "--database-url=postgres://flag/shop?a=b"],
    };
    let settings = load(&sources).expect("nothing is wrong");
    assert_eq!(
        settings.port(),
        8003,
        "a flag, a variable, the file: the flag counts"
    );
    assert_eq!(
        settings.workers(),
        16,
        "a variable and the file: the variable counts"
    );
    assert_eq!(
        settings.drain(),
        Duration::from_secs(31),
        "only the file has it: that other keys are set above changes nothing"
    );
    assert_eq!(settings.timeout(), Duration::from_secs(5), "nobody set it");
    assert_eq!(settings.database_url(), "postgres://flag/shop?a=b");
    assert_eq!(
        Key::ALL.map(|key| settings.origin(key)),
        [
            Origin::Flag { position: 1 },
            variable("SHOP_WORKERS"),
            Origin::Default,
            Origin::File { line: 5 },
            Origin::Flag { position: 2 },
        ],
        "where each value comes from, in the order of `Key::ALL`"
    );
}

#[test]
fn all_that_is_wrong_is_in_one_answer() {
    let sources = Sources {
        file: Some("port = 0\nworkerz = 8\nworkers 8\n"),
        env: &[("SHOP_WORKERS", "65"), ("SHOP_DRAIN_MS", "1s")],
        flags: &["--timeout-ms=never", "--max-conns=3", "-v"],
    };
    let mut expected = vec![
        at_line(1, bad(Key::Port, "0")),
        at_line(2, Fault::Unknown("workerz".to_owned())),
        at_line(3, Fault::Syntax),
        at_variable("SHOP_WORKERS", bad(Key::Workers, "65")),
        at_variable("SHOP_DRAIN_MS", bad(Key::DrainMs, "1s")),
        at_argument(1, bad(Key::TimeoutMs, "never")),
        at_argument(2, Fault::Unknown("max_conns".to_owned())),
        at_argument(3, Fault::Syntax),
        Problem {
            origin: Origin::Default,
            fault: Fault::Missing(Key::DatabaseUrl),
        },
    ];
    expected.sort();
    assert_eq!(
        problems(&sources),
        expected,
        "nine things are wrong, in three layers; each that is not reported costs one more deployment"
    );
}

#[test]
fn the_rule_about_two_values_is_asked_where_both_are_there() {
    let short = Sources {
        file: Some("timeout_ms = 30000\n"),
        env: &[("SHOP_DATABASE_URL", URL), ("SHOP_PORT", "none")],
        flags: &["--drain-ms=29999"],
    };
    let mut expected = vec![
        at_variable("SHOP_PORT", bad(Key::Port, "none")),
        at_argument(1, Fault::DrainTooShort),
    ];
    expected.sort();
    assert_eq!(
        problems(&short),
        expected,
        "a drain of 29,999 ms beside a timeout of 30,000, and a port that is none"
    );
    let unreadable = Sources {
        flags: &["--drain-ms=soon"],
        ..short
    };
    let faults: Vec<Fault> = problems(&unreadable)
        .into_iter()
        .map(|problem| problem.fault)
        .collect();
    assert_eq!(
        faults,
        [bad(Key::Port, "none"), bad(Key::DrainMs, "soon")],
        "nobody can say that `soon` is too short; and the default was not asked for"
    );
    let equal = Sources {
        env: &[("SHOP_DATABASE_URL", URL)],
        flags: &["--drain-ms=30000"],
        ..short
    };
    let drain = load(&equal).map(|settings| settings.drain());
    assert_eq!(
        drain,
        Ok(Duration::from_secs(30)),
        "as long as a request may take"
    );
}

#[test]
fn what_is_overridden_stops_nobody() {
    let sources = Sources {
        file: Some("port = eighty\ndatabase_url = mysql://db/shop\n"),
        env: &[("SHOP_PORT", "-1"), ("SHOP_DATABASE_URL", URL)],
        flags: &["--port=8003"],
    };
    let port = load(&sources).map(|settings| settings.port());
    assert_eq!(
        port,
        Ok(8003),
        "at 3 in the morning a flag is how the bad line of a file is got round; bad values below it do not count"
    );
}

#[test]
fn the_environment_belongs_to_others_too() {
    let sources = Sources {
        file: Some("port = 8001\n"),
        env: &[
            ("PATH", "/usr/bin"),
            // Compose passes on what the host does not have as an empty text.
            ("SHOP_PORT", ""),
            // A cluster puts these there for a service that is called `shop`.
            ("SHOP_SERVICE_HOST", "10.0.0.7"),
            ("SHOP_PORT_80_TCP", "tcp://10.0.0.7:80"),
            ("SHOP_DATABASE_URL", URL),
        ],
        flags: &[],
    };
    let settings = load(&sources).map(|settings| (settings.port(), settings.origin(Key::Port)));
    assert_eq!(
        settings,
        Ok((8001, Origin::File { line: 1 })),
        "an empty variable is not set, and variables that are no keys of ours are somebody else's"
    );
}

#[test]
fn nothing_that_is_printed_has_the_password_in_it() {
    let good = Sources {
        env: &[("SHOP_DATABASE_URL", URL)],
        ..Sources::default()
    };
    let settings = load(&good).expect("nothing is wrong");
    assert_eq!(settings.database_url(), URL, "the driver gets all of it");
    let printed = [format!("{settings:?}"), format!("{settings:#?}")];
    for text in printed {
        assert!(
            !text.contains("hunter2"),
            "the settings are logged at every start, and say:\n{text}"
        );
    }
    for (file, flags) in [
        ("database_url = postgre://shop:hunter2@db/shop", &[][..]),
        ("databse_url = postgres://shop:hunter2@db/shop", &[]),
        ("database_url: postgres://shop:hunter2@db/shop", &[]),
        ("", &["--database-url=shop:hunter2@db"]),
        (
            "",
            &[
                "--database-url",
                "postgres://shop:hunter2@db/shop?sslmode=require",
            ],
        ),
    ] {
        let sources = Sources {
            file: Some(file),
            env: &[],
            flags,
        };
        for problem in problems(&sources) {
            let text = format!("{problem} {problem:?}");
            assert!(
                !text.contains("hunter2"),
                "a start that fails is logged as well; with {file:?} and {flags:?} the log says:\n{text}"
            );
        }
    }
}
