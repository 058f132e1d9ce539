//! `curriculum.toml`: weeks, topics, ordered exercise ids, tracks and aliases, still with their places.

use std::path::PathBuf;

use super::problem::ProblemKind;
use super::reader::{At, Document, Table};

/// Where the file is, relative to the course.
pub const FILE: &str = "curriculum.toml";

/// The spine as written.
#[derive(Debug, Default)]
pub struct Spine {
    pub id: String,
    pub title: String,
    pub version: String,
    pub weeks: Vec<SpineWeek>,
    pub tracks: Vec<SpineTrack>,
    /// (old id, present id)
    pub aliases: Vec<(At<String>, At<String>)>,
    pub retired: Vec<At<String>>,
}

/// The keys that say which exercises there are, and where.
pub const LISTING: [&str; 7] = [
    "weeks",
    "topics",
    "projects",
    "exercises",
    "stages",
    "id",
    "folder",
];

/// A `[[weeks]]` table.
#[derive(Debug)]
pub struct SpineWeek {
    pub id: At<String>,
    pub title: String,
    pub folder: At<String>,
    pub topics: Vec<SpineTopic>,
    pub projects: Vec<SpineProject>,
}

/// A `[[weeks.topics]]` table.
#[derive(Debug)]
pub struct SpineTopic {
    pub id: At<String>,
    pub title: String,
    pub exercises: Vec<At<String>>,
}

/// A `[[weeks.projects]]` table.
#[derive(Debug)]
pub struct SpineProject {
    pub id: At<String>,
    pub title: String,
    pub folder: At<String>,
    pub stages: Vec<At<String>>,
}

/// A `[[tracks]]` table.
#[derive(Debug)]
pub struct SpineTrack {
    pub id: At<String>,
    pub title: String,
    pub about: String,
    pub exercises: Vec<At<String>>,
}

/// Reads the spine. What is missing comes out empty, and is noted.
pub fn read(document: &Document<'_>) -> Spine {
    document.read(|root| {
        let mut spine = Spine::default();
        root.table("course", "the course's id, title and version", |course| {
            spine.id = id(course, "id").map(|id| id.value).unwrap_or_default();
            spine.title = line(course, "title", "the course's title");
            spine.version = version(course);
        });
        spine.weeks = root
            .tables("weeks", read_week)
            .into_iter()
            .flatten()
            .collect();
        if root.lacks("weeks") {
            root.missing("weeks", "at least one `[[weeks]]` table");
        }
        let tracks = root.tables("tracks", |track| {
            Some(SpineTrack {
                title: line(track, "title", "the track's title"),
                about: line(track, "about", "who the track is for"),
                exercises: list(track, "exercises"),
                id: id(track, "id")?,
            })
        });
        spine.tracks = tracks.into_iter().flatten().collect();
        root.optional_table("aliases", |aliases| {
            spine.aliases = aliases.free_texts();
            for (old, _) in &spine.aliases {
                check_id(aliases, old);
            }
        });
        spine.retired = root
            .optional_texts("retired")
            .map(|list| list.value)
            .unwrap_or_default();
        for id in &spine.retired {
            check_id(root, id);
        }
        spine
    })
}

fn read_week(week: &Table<'_, '_>) -> Option<SpineWeek> {
    let topics = week.tables("topics", |topic| {
        Some(SpineTopic {
            title: line(topic, "title", "the topic's title"),
            exercises: list(topic, "exercises"),
            id: id(topic, "id")?,
        })
    });
    let projects = week.tables("projects", |project| {
        let title = line(project, "title", "the project's title");
        let stages = list(project, "stages");
        let folder = folder(project, "the folder of the project's crate");
        Some(SpineProject {
            title,
            stages,
            id: id(project, "id")?,
            folder: folder?,
        })
    });
    let title = line(week, "title", "the week's title");
    let folder = folder(week, "the folder of the week's notes and projects");
    Some(SpineWeek {
        title,
        topics: topics.into_iter().flatten().collect(),
        projects: projects.into_iter().flatten().collect(),
        id: id(week, "id")?,
        folder: folder?,
    })
}

fn line(table: &Table<'_, '_>, key: &'static str, expected: &'static str) -> String {
    table
        .text(key, expected)
        .map(|t| t.value)
        .unwrap_or_default()
}

fn list(table: &Table<'_, '_>, key: &'static str) -> Vec<At<String>> {
    let found = table.texts(key, "a list of ids");
    let ids = found.map(|list| list.value).unwrap_or_default();
    for id in &ids {
        check_id(table, id);
    }
    ids
}

fn id(table: &Table<'_, '_>, key: &'static str) -> Option<At<String>> {
    let id = table.text(key, "an id")?;
    check_id(table, &id);
    Some(id)
}

fn folder(table: &Table<'_, '_>, expected: &'static str) -> Option<At<String>> {
    let folder = table.text("folder", expected)?;
    let path = PathBuf::from(&folder.value);
    let inside = path
        .components()
        .all(|part| matches!(part, std::path::Component::Normal(_)));
    if inside {
        return Some(folder);
    }
    table.note(
        folder.span,
        ProblemKind::BadValue {
            key: "folder".to_owned(),
            found: format!("`{}`", folder.value),
            expected: "a path inside the course, without `.` and `..`".to_owned(),
        },
    );
    None
}

fn check_id(table: &Table<'_, '_>, id: &At<String>) {
    if !is_id(&id.value) {
        table.note(
            id.span.clone(),
            ProblemKind::BadId {
                id: id.value.clone(),
            },
        );
    }
}

/// Lower-case words of letters and digits joined by underscores, starting with a letter: good for a
/// folder, a package, a library and a key in a progress file alike.
pub fn is_id(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('_')
        && !text.contains("__")
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn version(course: &Table<'_, '_>) -> String {
    let Some(version) = course.text("version", "a semantic version such as \"0.1.0\"") else {
        return String::new();
    };
    let numbers: Vec<&str> = version.value.split('.').collect();
    let is_number = |n: &&str| n.parse::<u32>().is_ok_and(|read| read.to_string() == **n);
    if numbers.len() != 3 || !numbers.iter().all(is_number) {
        course.note(
            version.span,
            ProblemKind::BadValue {
                key: "version".to_owned(),
                found: format!("`{}`", version.value),
                expected: "three numbers, such as \"0.1.0\"".to_owned(),
            },
        );
    }
    version.value
}
