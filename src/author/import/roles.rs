//! Which file of an exercism exercise is what.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::draft::{Files, Left};
use super::track::{Track, strings};

/// Which file is what.
pub(super) struct Roles {
    /// What learners change.
    pub solutions: Vec<PathBuf>,
    /// What solves it, wherever it lies.
    pub examples: Vec<PathBuf>,
}

impl Roles {
    /// As `.meta/config.json` says, or else the track.
    pub fn of(meta: &Map<String, Value>, track: &Track, slug: &str, all: &Files) -> Self {
        let own = meta
            .get("files")
            .and_then(Value::as_object)
            .unwrap_or(&track.files);
        let named = |key: &str| {
            let patterns = strings(own, key).into_iter();
            let fill = |pattern: String| {
                let snake = slug.replace('-', "_");
                let pattern = pattern.replace("%{kebab_slug}", slug);
                PathBuf::from(pattern.replace("%{snake_slug}", &snake))
            };
            patterns
                .map(fill)
                .filter(|path| all.contains_key(path))
                .collect::<Vec<_>>()
        };
        let mut solutions = named("solution");
        if solutions.is_empty() {
            solutions.push("src/lib.rs".into());
        }
        let mut examples = named("example");
        examples.extend(named("exemplar"));
        let manifest = PathBuf::from(".meta/Cargo-example.toml");
        if all.contains_key(&manifest) && !examples.contains(&manifest) {
            examples.push(manifest);
            if !solutions.contains(&PathBuf::from("Cargo.toml")) {
                solutions.push("Cargo.toml".into());
            }
        }
        Roles {
            solutions,
            examples,
        }
    }
}

/// The examples in the places of the files that they are examples of: by name, or else in order.
pub(super) fn reference(roles: &Roles, all: &Files, id: &str, left: &mut Left) -> Files {
    let mut reference = Files::new();
    let mut open: Vec<&PathBuf> = roles.solutions.iter().collect();
    let mut later = Vec::new();
    for example in &roles.examples {
        let inside = example.strip_prefix(".meta").unwrap_or(example);
        let is_manifest = inside == Path::new("Cargo-example.toml");
        let is_twin = |path: &&PathBuf| {
            if is_manifest {
                path.as_path() == Path::new("Cargo.toml")
            } else {
                path.file_name() == inside.file_name()
            }
        };
        match open.iter().position(is_twin) {
            Some(at) => {
                reference.insert(open.remove(at).clone(), all[example].clone());
            }
            None => later.push(example),
        }
    }
    open.retain(|path| path.extension().is_some_and(|end| end == "rs"));
    for example in later {
        if open.is_empty() {
            left.note(
                "examples that belong to no file of the solution",
                &format!("{id}: {}", example.display()),
            );
        } else {
            reference.insert(open.remove(0).clone(), all[example].clone());
        }
    }
    if reference.is_empty() {
        left.note("no solution: only that the start fails can be shown", id);
    }
    reference
}

/// The files that an exercise's `.meta/config.json` names and that are not among its files.
fn missing(meta: &Map<String, Value>, all: &Files) -> Vec<String> {
    let Some(named) = meta.get("files").and_then(Value::as_object) else {
        return Vec::new();
    };
    let paths = named.keys().flat_map(|role| strings(named, role));
    paths
        .filter(|path| !path.contains("%{") && !all.contains_key(Path::new(path)))
        .collect()
}

/// Notes what `.meta/config.json` says and nothing is made of.
pub(super) fn note_meta(meta: &Map<String, Value>, all: &Files, id: &str, left: &mut Left) {
    for path in missing(meta, all) {
        left.note(
            "files that `.meta/config.json` names and that are not in the exercise's folder",
            &format!("{id}: {path}"),
        );
    }
    let carried = [
        "authors",
        "contributors",
        "files",
        "blurb",
        "source",
        "source_url",
        "custom",
    ];
    for key in meta.keys().filter(|key| !carried.contains(&key.as_str())) {
        left.note(format!("`{key}` in `.meta/config.json`"), id);
    }
    let inner = |key: &str| {
        meta.get(key)
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(Map::keys)
    };
    let known = [
        "allowed-to-not-compile",
        "test-in-release-mode",
        "ignore-count-ignores",
    ];
    for key in inner("custom").filter(|key| !known.contains(&key.as_str())) {
        left.note(format!("`custom.{key}` in `.meta/config.json`"), id);
    }
    let roles = [
        "solution",
        "test",
        "example",
        "exemplar",
        "editor",
        "invalidator",
    ];
    for key in inner("files").filter(|key| !roles.contains(&key.as_str())) {
        left.note(format!("`files.{key}` in `.meta/config.json`"), id);
    }
}
