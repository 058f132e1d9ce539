//! Makes a new exercise and puts it into the spine.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::templates::{NewKind, files};
use crate::candidate::Environment;
use crate::course::{Course, is_id};

/// Why no exercise was made. Nothing is written then.
#[derive(Debug, Error)]
pub enum NewError {
    /// The name is not `topic/id`.
    #[error(
        "make an exercise `{name}`: expected `topic/id`, both lower-case words joined by underscores"
    )]
    BadName {
        /// What was given.
        name: String,
    },
    /// The course has such an exercise, or had one.
    #[error("make an exercise `{id}`: the id is taken; ids are permanent")]
    Taken {
        /// The id.
        id: String,
    },
    /// The topic is not in the spine.
    #[error("find a topic `{topic}`; name its week, as in `--week week1`, and it is added. The course has {}", known.join(", "))]
    UnknownTopic {
        /// The topic.
        topic: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// The week is not in the spine.
    #[error("find a week `{week}`; the course has {}", known.join(", "))]
    UnknownWeek {
        /// The week.
        week: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// No objective belongs to the topic, and none was named.
    #[error(
        "choose an objective: none is named `{topic}.…`; name one with `--objective`, or add it to exercises/objectives.toml"
    )]
    NoObjective {
        /// The topic.
        topic: String,
    },
    /// It would measure with what the course does not have.
    #[error(
        "make an exercise that measures: the course has no `probes`; copy that folder of the workbook's own \
         course, and name it in `[workspace.dependencies]` as `probes = {{ path = \"probes\" }}`"
    )]
    NoProbes,
    /// The spine can't be edited.
    #[error("edit `curriculum.toml`")]
    Spine(#[source] Box<toml_edit::TomlError>),
    /// A file could not be written.
    #[error("write `{}`", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What to make.
#[derive(Debug, Clone, Copy)]
pub struct NewExercise<'a> {
    /// `topic/id`.
    pub name: &'a str,
    /// What it checks.
    pub kind: NewKind,
    /// The week of a topic that is not there yet.
    pub week: Option<&'a str>,
    /// What it teaches; by default the topic's first objective that nothing teaches yet.
    pub objective: Option<&'a str>,
}

/// Makes an exercise with its solution, and lists it as the last of its topic. Returns the exercise's
/// folder, relative to the course.
///
/// # Errors
///
/// If the name is not free, the topic is not known, or a file can't be written.
pub fn new(
    root: &Path,
    course: &Course,
    environment: &Environment,
    wanted: NewExercise<'_>,
) -> Result<PathBuf, NewError> {
    let bad_name = || NewError::BadName {
        name: wanted.name.to_owned(),
    };
    let (topic, id) = wanted.name.split_once('/').ok_or_else(bad_name)?;
    if !is_id(topic) || !is_id(id) {
        return Err(bad_name());
    }
    let folder = Path::new("exercises").join(topic).join(id);
    let solution = Path::new("solutions").join(topic).join(id);
    let in_the_way = root.join(&folder).exists() || root.join(&solution).exists();
    if course.find(id).is_some() || course.retired.iter().any(|old| old == id) || in_the_way {
        return Err(NewError::Taken { id: id.to_owned() });
    }
    let objective = objective(course, topic, wanted.objective)?;
    let spine = registered(root, topic, id, wanted.week)?;

    let fill = |text: &str| text.replace("{id}", id).replace("{objective}", &objective);
    let files = files(wanted.kind);
    let has_probes = environment
        .helpers
        .iter()
        .any(|helper| helper.ends_with("probes"));
    if files.dev.is_some() && !has_probes {
        return Err(NewError::NoProbes);
    }
    let exercise = files
        .exercise
        .iter()
        .map(|(path, text)| (folder.join(path), fill(text)));
    let solution = files
        .solution
        .iter()
        .map(|(path, text)| (solution.join(path), fill(text)));
    let mut package = package_manifest(environment, id);
    if let Some(line) = files.dev {
        package.push_str("\n[dev-dependencies]\n");
        package.push_str(line);
        package.push('\n');
    }
    let package = (folder.join("Cargo.toml"), package);
    let workspace = if files.optimised {
        Some(optimised(root, id)?)
    } else {
        None
    };
    for (path, text) in exercise.chain(solution).chain([package]) {
        write(&root.join(path), &text)?;
    }
    if let Some(workspace) = workspace {
        write(&root.join("Cargo.toml"), &workspace)?;
    }
    // Last: until then the course does not know of half an exercise.
    write(&root.join("curriculum.toml"), &spine)?;
    Ok(folder)
}

fn objective(course: &Course, topic: &str, named: Option<&str>) -> Result<String, NewError> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let of_topic = || {
        let all = course
            .objectives
            .iter()
            .map(|objective| objective.id.as_str());
        all.filter(|id| id.split('.').next() == Some(topic))
    };
    let untaught = |id: &&str| {
        !course
            .exercises
            .iter()
            .any(|e| e.objectives.iter().any(|o| o == id))
    };
    let found = of_topic().find(untaught).or_else(|| of_topic().next());
    found
        .map(str::to_owned)
        .ok_or_else(|| NewError::NoObjective {
            topic: topic.to_owned(),
        })
}

/// The spine with the exercise in it; comments and layout stay as they are.
fn registered(root: &Path, topic: &str, id: &str, week: Option<&str>) -> Result<String, NewError> {
    let path = root.join("curriculum.toml");
    let text = std::fs::read_to_string(&path).map_err(|source| NewError::Write { path, source })?;
    let mut spine: DocumentMut = text
        .parse()
        .map_err(|error| NewError::Spine(Box::new(error)))?;
    let mut topics = Vec::new();
    let mut weeks = Vec::new();
    if let Some(list) = spine
        .get_mut("weeks")
        .and_then(Item::as_array_of_tables_mut)
    {
        for table in list.iter_mut() {
            weeks.extend(id_of(table));
            topics.extend(add_to_topic(table, topic, id));
        }
    }
    // A topic that took the exercise in is not among those that did not.
    if topics.iter().any(Option::is_none) {
        return Ok(spine.to_string());
    }
    let Some(wanted) = week else {
        let (topic, known) = (topic.to_owned(), topics.into_iter().flatten().collect());
        return Err(NewError::UnknownTopic { topic, known });
    };
    let list = spine
        .get_mut("weeks")
        .and_then(Item::as_array_of_tables_mut);
    let mut added = false;
    for table in list.into_iter().flat_map(ArrayOfTables::iter_mut) {
        if !added && id_of(table).as_deref() == Some(wanted) {
            add_topic(table, topic, id);
            added = true;
        }
    }
    if !added {
        return Err(NewError::UnknownWeek {
            week: wanted.to_owned(),
            known: weeks,
        });
    }
    Ok(spine.to_string())
}

/// The workspace's manifest with a profile for the package; comments and layout stay as they are.
fn optimised(root: &Path, id: &str) -> Result<String, NewError> {
    let path = root.join("Cargo.toml");
    let text = std::fs::read_to_string(&path).map_err(|source| NewError::Write { path, source })?;
    // Appended as text: an editor of TOML would put the table before the comments of the next one.
    let end = if text.ends_with('\n') { "" } else { "\n" };
    Ok(format!(
        "{text}{end}\n[profile.dev.package.{id}]\nopt-level = 3\n"
    ))
}

fn id_of(table: &Table) -> Option<String> {
    table.get("id").and_then(Item::as_str).map(str::to_owned)
}

/// Adds the exercise to the topic if it is in this week. Returns the ids of the week's other topics, and
/// `None` for the one that took it in.
fn add_to_topic(week: &mut Table, topic: &str, id: &str) -> Vec<Option<String>> {
    let list = week
        .get_mut("topics")
        .and_then(Item::as_array_of_tables_mut);
    let mut seen = Vec::new();
    for table in list.into_iter().flat_map(ArrayOfTables::iter_mut) {
        let name = id_of(table);
        let exercises = table.get_mut("exercises").and_then(Item::as_array_mut);
        match exercises.filter(|_| name.as_deref() == Some(topic)) {
            Some(exercises) => {
                exercises.push(id);
                seen.push(None);
            }
            None => seen.push(Some(name.unwrap_or_default())),
        }
    }
    seen
}

fn add_topic(week: &mut Table, topic: &str, id: &str) {
    let mut table = Table::new();
    table["id"] = value(topic);
    table["title"] = value(capitalised(topic));
    table["exercises"] = value(toml_edit::Array::from_iter([id]));
    let topics = week
        .entry("topics")
        .or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    if let Some(topics) = topics.as_array_of_tables_mut() {
        topics.push(table);
    }
}

fn capitalised(word: &str) -> String {
    let spaced = word.replace('_', " ");
    let mut chars = spaced.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// A package that inherits whatever the course's workspace gives.
fn package_manifest(environment: &Environment, id: &str) -> String {
    let workspace = environment.manifest.get("workspace");
    let given = workspace
        .and_then(|w| w.get("package"))
        .and_then(toml::Value::as_table);
    let mut text = format!("[package]\nname = \"{id}\"\n");
    for key in given.into_iter().flat_map(toml::Table::keys) {
        text.push_str(key);
        text.push_str(".workspace = true\n");
    }
    text.push_str("\n[lib]\ntest = false\ndoctest = false\n");
    if workspace.and_then(|w| w.get("lints")).is_some() {
        text.push_str("\n[lints]\nworkspace = true\n");
    }
    text
}

fn write(path: &Path, text: &str) -> Result<(), NewError> {
    let fail = |source| NewError::Write {
        path: path.to_owned(),
        source,
    };
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(fail)?;
    }
    std::fs::write(path, text).map_err(fail)
}
