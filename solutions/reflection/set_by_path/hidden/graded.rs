//! The same promises with another configuration.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use set_by_path::{PathError, get, set};

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Deep {
    a: Option<Box<Deep>>,
    list: Vec<Vec<i64>>,
    #[serde(default, skip_serializing_if = "HashMap::is_empty")]
    limits: HashMap<String, u64>,
}

#[test]
fn any_depth_any_type() {
    let mut deep = Deep::default();
    for (path, text) in [
        ("a", r#"{"a": null, "list": [[1, 2], [3]]}"#),
        ("a.list.0.1", "-7"),
        ("a.limits", r#"{"cpu": 18446744073709551615}"#),
        ("a.limits.memory", "5"),
    ] {
        set(&mut deep, path, text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    assert_eq!(get(&deep, "a.list").ok(), Some(json!([[1, -7], [3]])));
    assert_eq!(get(&deep, "a.limits.cpu").ok(), Some(json!(u64::MAX)));
    assert_eq!(deep.a.expect("was set").limits["memory"], 5);
}

#[test]
fn nothing_is_made_up() {
    let mut deep = Deep::default();
    for path in [
        "",
        ".",
        "a.",
        "b",
        "limits.cpu",
        "list.0",
        "list.0.0",
        "list.-1",
        "list.+0",
        "a.a.a",
    ] {
        let answer = set(&mut deep, path, "1");
        assert!(
            matches!(
                answer,
                Err(PathError::NoSuchField { .. } | PathError::NoFields { .. })
            ),
            "{path:?}: {answer:?}"
        );
        assert_eq!(deep, Deep::default(), "{path:?}");
    }
}
