//! An exercism track's `config.json`: which exercises there are, in which order, and what they teach.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::ImportError;
use super::draft::{Left, title_of};
use super::source::Source;

/// What a track says of itself.
pub(super) struct Track {
    pub id: String,
    pub title: String,
    pub about: String,
    pub kinds: Vec<Kind>,
    /// Slug → name.
    pub concepts: BTreeMap<String, String>,
    /// Patterns for files, where an exercise names none.
    pub files: Map<String, Value>,
}

/// Concept or practice exercises.
pub(super) struct Kind {
    /// The folder below `exercises/`.
    pub folder: &'static str,
    pub exercises: Vec<Entry>,
}

/// What a track says of an exercise.
#[derive(Default)]
pub(super) struct Entry {
    pub slug: String,
    pub name: String,
    /// 1 to 10, for practice exercises.
    pub difficulty: Option<u64>,
    /// Slugs of concepts: those taught, and those practised.
    pub teaches: Vec<String>,
    pub practises: Vec<String>,
    pub prerequisites: Vec<String>,
}

const FOLDERS: [&str; 2] = ["concept", "practice"];

/// Reads `config.json`, or makes up what it would say from the folders.
pub(super) fn read(source: &Source, left: &mut Left) -> Result<Track, ImportError> {
    let config = if let Some(text) = source.text("config.json")? {
        parse(&text, source, "config.json")?
    } else {
        let what = "no `config.json`: the order is that of the folders' names";
        left.note(what, "the track");
        Map::new()
    };
    let text = |key: &str| config.get(key).and_then(Value::as_str).map(str::to_owned);
    let slug = text("slug").unwrap_or_else(|| source.name());
    let concepts = list(&config, "concepts").iter().filter_map(|concept| {
        let of = |key: &str| Some(concept.get(key)?.as_str()?.to_owned());
        Some((of("slug")?, of("name").or_else(|| of("slug"))?))
    });
    let carried = [
        "language",
        "slug",
        "blurb",
        "exercises",
        "concepts",
        "files",
    ];
    for key in config.keys().filter(|key| !carried.contains(&key.as_str())) {
        left.note(
            "settings of the website in `config.json`",
            &format!("`{key}`"),
        );
    }
    let no_exercises = Map::new();
    let exercises = config
        .get("exercises")
        .and_then(Value::as_object)
        .unwrap_or(&no_exercises);
    for key in exercises
        .keys()
        .filter(|key| !FOLDERS.contains(&key.as_str()))
    {
        left.note(
            "settings of the website in `config.json`",
            &format!("`exercises.{key}`"),
        );
    }
    left.note(
        "`uuid`s of exercises and concepts, by which the website knows them",
        "the track",
    );
    for concept in list(&config, "concepts")
        .iter()
        .filter_map(Value::as_object)
    {
        for key in concept.keys() {
            if !["uuid", "slug", "name"].contains(&key.as_str()) {
                left.note(format!("`{key}` of concepts in `config.json`"), &slug);
            }
        }
    }
    let kinds = FOLDERS.map(|folder| {
        let mut entries: Vec<Entry> = list(exercises, folder)
            .iter()
            .filter_map(Value::as_object)
            .filter_map(|entry| read_entry(entry, left))
            .collect();
        for name in source.folders(format!("exercises/{folder}")) {
            // Told below, or by its entry.
            source.see(format!("exercises/{folder}/{name}"));
            let is_listed = list(exercises, folder)
                .iter()
                .any(|entry| entry.get("slug").and_then(Value::as_str) == Some(&name));
            if is_listed {
                continue;
            }
            if exercises.is_empty() {
                let title = title_of(&name);
                entries.push(Entry {
                    slug: name,
                    name: title,
                    ..Entry::default()
                });
            } else {
                left.note("folders that `config.json` does not list", &name);
            }
        }
        Kind {
            folder,
            exercises: entries,
        }
    });
    Ok(Track {
        title: text("language").unwrap_or_else(|| title_of(&source.name())),
        about: text("blurb").unwrap_or_default(),
        id: slug,
        kinds: kinds.into(),
        concepts: concepts.collect(),
        files: config
            .get("files")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default(),
    })
}

/// A JSON object.
pub(super) fn parse(
    text: &str,
    source: &Source,
    path: &str,
) -> Result<Map<String, Value>, ImportError> {
    serde_json::from_str(text).map_err(|error| ImportError::BadJson {
        path: source.path(path),
        source: error,
    })
}

fn list<'v>(object: &'v Map<String, Value>, key: &str) -> &'v [Value] {
    object
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The strings of a list.
pub(super) fn strings(object: &Map<String, Value>, key: &str) -> Vec<String> {
    let texts = list(object, key).iter().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

fn read_entry(entry: &Map<String, Value>, left: &mut Left) -> Option<Entry> {
    let slug = entry.get("slug")?.as_str()?.to_owned();
    let status = entry
        .get("status")
        .and_then(Value::as_str)
        .unwrap_or("active");
    if ["deprecated", "wip"].contains(&status) {
        left.note(
            format!("exercises that learners do not see (status `{status}`)"),
            &slug,
        );
        return None;
    }
    if status != "active" {
        left.note(format!("the status `{status}` in `config.json`"), &slug);
    }
    let carried = [
        "slug",
        "name",
        "difficulty",
        "concepts",
        "practices",
        "prerequisites",
        "uuid",
        "status",
    ];
    for key in entry.keys().filter(|key| !carried.contains(&key.as_str())) {
        left.note(format!("`{key}` in `config.json`"), &slug);
    }
    let name = entry.get("name").and_then(Value::as_str);
    Some(Entry {
        name: name.map_or_else(|| title_of(&slug), str::to_owned),
        difficulty: entry.get("difficulty").and_then(Value::as_u64),
        teaches: strings(entry, "concepts"),
        practises: strings(entry, "practices"),
        prerequisites: strings(entry, "prerequisites"),
        slug,
    })
}
