//! What an operator types, and what becomes of the configuration.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use set_by_path::{PathError, get, set};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Config {
    name: String,
    level: Level,
    server: Server,
    mirrors: Vec<Mirror>,
    labels: BTreeMap<String, String>,
    cache: Option<Cache>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Info,
    Debug,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Server {
    host: String,
    tls: Tls,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Tls {
    port: u16,
    enabled: bool,
    #[serde(rename = "min-version")]
    min_version: f32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Mirror {
    url: String,
    weight: u8,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Cache {
    entries: u32,
}

fn config() -> Config {
    let mirror = |url: &str| Mirror {
        url: url.to_owned(),
        weight: 1,
    };
    Config {
        name: "edge".to_owned(),
        level: Level::Info,
        server: Server {
            host: "localhost".to_owned(),
            tls: Tls {
                port: 443,
                enabled: true,
                min_version: 1.2,
            },
        },
        mirrors: vec![mirror("one"), mirror("two")],
        labels: BTreeMap::from([("team".to_owned(), "core".to_owned())]),
        cache: None,
        contact: None,
    }
}

/// The configuration after these were set.
fn with(settings: &[(&str, &str)]) -> Config {
    let mut config = config();
    for (path, text) in settings {
        if let Err(error) = set(&mut config, path, text) {
            panic!("`{path}` takes {text}, and said: {error} ({error:?})");
        }
    }
    config
}

/// Which error, about which path, and what is there instead.
fn told(error: &PathError) -> (&'static str, &str, Vec<&str>) {
    match error {
        PathError::NoSuchField { path, known } => {
            let mut known: Vec<&str> = known.iter().map(String::as_str).collect();
            known.sort_unstable();
            ("no such field", path, known)
        }
        PathError::NoFields { path } => ("no fields", path, vec![]),
        PathError::Rejected { path, .. } => ("rejected", path, vec![]),
    }
}

/// Paths that lead nowhere, and what is said about them.
const NOWHERE: [(&str, &str, &str, &[&str]); 8] = [
    (
        "server.tsl.port",
        "no such field",
        "server.tsl",
        &["host", "tls"],
    ),
    (
        "server.tls.prot",
        "no such field",
        "server.tls.prot",
        &["enabled", "min-version", "port"],
    ),
    (
        "server.tls.min_version",
        "no such field",
        "server.tls.min_version",
        &["enabled", "min-version", "port"],
    ),
    (
        "server.tls.port.number",
        "no fields",
        "server.tls.port",
        &[],
    ),
    ("cache.entries", "no fields", "cache", &[]),
    (
        "mirrors.2.weight",
        "no such field",
        "mirrors.2",
        &["0", "1"],
    ),
    ("mirrors.one", "no such field", "mirrors.one", &["0", "1"]),
    (
        "labels.owner.name",
        "no such field",
        "labels.owner",
        &["team"],
    ),
];

#[test]
fn a_field_is_set_and_no_other() {
    let changed = with(&[("server.tls.port", "8443"), ("server.host", "example.org")]);
    let mut expected = config();
    expected.server.tls.port = 8443;
    expected.server.host = "example.org".to_owned();
    assert_eq!(changed, expected);
}

#[test]
fn the_items_of_a_list_have_numbers() {
    let changed = with(&[("mirrors.1.weight", "9"), ("mirrors.0.url", "three")]);
    assert_eq!(
        (changed.mirrors[1].weight, changed.mirrors[0].url.as_str()),
        (9, "three")
    );
}

#[test]
fn a_path_that_leads_nowhere_is_an_error_up_to_there() {
    for (path, kind, up_to, known) in NOWHERE {
        let mut changed = config();
        let error = match set(&mut changed, path, "1") {
            Ok(()) => {
                panic!("`{path}` leads nowhere, and was set; whoever mistyped it believes that")
            }
            Err(error) => error,
        };
        assert_eq!(
            told(&error),
            (kind, up_to, known.to_vec()),
            "(what, path up to there, what is there) for setting `{path}`"
        );
        assert!(error.to_string().contains(up_to), "{error}");
        assert_eq!(changed, config(), "an error changes nothing");
    }
}

#[test]
fn reading_has_the_same_paths_and_errors() {
    let config = config();
    for (path, expected) in [
        ("server.tls.port", json!(443)),
        ("mirrors.1", json!({"url": "two", "weight": 1})),
        ("labels.team", json!("core")),
        ("cache", json!(null)),
    ] {
        let found = get(&config, path).ok();
        assert_eq!(found, Some(expected), "what is at `{path}`");
    }
    let absent = [
        (
            "labels.owner",
            "no such field",
            "labels.owner",
            &["team"][..],
        ),
        (
            "contact",
            "no such field",
            "contact",
            &["cache", "labels", "level", "mirrors", "name", "server"],
        ),
    ];
    for (path, kind, up_to, known) in NOWHERE.into_iter().chain(absent) {
        let error = match get(&config, path) {
            Ok(found) => panic!("`{path}` leads nowhere, and `get` found {found}"),
            Err(error) => error,
        };
        assert_eq!(
            told(&error),
            (kind, up_to, known.to_vec()),
            "for reading `{path}`"
        );
    }
}

#[test]
fn the_field_decides_what_a_text_means() {
    for name in ["8443", "true", "null", "[1, 2]", "two words", ""] {
        let changed = with(&[("name", name)]);
        assert_eq!(
            changed.name, name,
            "a name is a text, whatever it looks like"
        );
    }
    let changed = with(&[
        ("name", "\"in quotes\""),
        ("level", "debug"),
        ("server.tls.enabled", "false"),
        ("server.tls.min-version", "1.3"),
        ("cache", r#"{"entries": 7}"#),
        ("cache.entries", "9"),
        ("labels", r#"{"a": "b"}"#),
    ]);
    assert_eq!(
        (changed.name.as_str(), &changed.level),
        ("in quotes", &Level::Debug),
        "JSON comes first where a field takes it"
    );
    assert!(!changed.server.tls.enabled);
    assert_eq!(changed.server.tls.min_version, 1.3);
    assert_eq!(changed.cache, Some(Cache { entries: 9 }));
    assert_eq!(changed.labels["a"], "b");
    assert_eq!(
        with(&[("cache", r#"{"entries": 7}"#), ("cache", "null")]).cache,
        None
    );
}

#[test]
fn what_is_not_there_yet_can_be_set() {
    let changed = with(&[("contact", "ada@example.org"), ("labels.zone", "7")]);
    assert_eq!(
        changed.contact.as_deref(),
        Some("ada@example.org"),
        "`contact` is left out as long as it is empty, and is a field all the same"
    );
    assert_eq!(changed.labels["zone"], "7", "a map takes new keys");
    let cleared = with(&[("contact", "x"), ("contact", "null")]);
    assert_eq!(cleared.contact, None, "and it can be emptied again");
}

#[test]
fn a_value_that_is_not_taken_is_told_with_its_path_and_reason() {
    for (path, text, reason) in [
        ("server.tls.port", "70000", "70000"),
        ("server.tls.port", "https", "https"),
        ("server.tls.enabled", "yes", "yes"),
        ("level", "loud", "loud"),
        ("mirrors.0.weight", "-1", "-1"),
        ("server", "8", "8"),
    ] {
        let mut changed = config();
        match set(&mut changed, path, text) {
            Err(PathError::Rejected {
                path: named,
                reason: why,
            }) => {
                assert_eq!(named, path, "the whole path is told");
                assert!(
                    why.to_string().contains(reason),
                    "the reason for refusing {text} for `{path}` is about {reason}: {why}"
                );
            }
            other => panic!("`{path}` does not take {text}, and the answer was {other:?}"),
        }
        assert_eq!(changed, config(), "an error changes nothing");
    }
}
