//! Puts a draft on disk as a course.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;
use toml::{Table, Value};

use super::ImportError;
use super::draft::{Draft, DraftExercise, Files, Left};

/// The one week of a course that has none.
const WEEK: &str = "week1";

/// Writes the whole course below `out`.
pub(super) fn write(draft: &Draft, left: &Left, out: &Path) -> Result<(), ImportError> {
    let mut files = Files::new();
    let mut add = |path: PathBuf, text: String| files.insert(path, text.into_bytes());
    let optimised = (draft.parts.iter())
        .flat_map(|part| &part.exercises)
        .filter(|exercise| exercise.optimised);
    let optimised: Vec<&str> = optimised.map(|exercise| exercise.id.as_str()).collect();
    add("Cargo.toml".into(), workspace(&draft.workspace, &optimised));
    add("curriculum.toml".into(), spine(draft));
    add("exercises/objectives.toml".into(), objectives(draft));
    add(Path::new(WEEK).join("notes.md"), draft.notes.clone());
    add("IMPORTED.md".into(), account(draft, left));
    add(".gitignore".into(), "/target\n/.workbook\n".to_owned());
    if let Some(lock) = &draft.lock {
        files.insert("Cargo.lock".into(), lock.clone());
    }
    files.extend(draft.helpers.clone());
    files.extend(draft.licences.clone());
    for part in &draft.parts {
        for exercise in &part.exercises {
            let inside = Path::new(&part.id).join(&exercise.id);
            let folder = Path::new("exercises").join(&inside);
            let solution = Path::new("solutions").join(&inside);
            for (path, bytes) in &exercise.files {
                files.insert(folder.join(path), bytes.clone());
            }
            for (path, bytes) in &exercise.reference {
                files.insert(solution.join("reference").join(path), bytes.clone());
            }
            for (path, bytes) in &exercise.aside {
                files.insert(solution.join("aside").join(path), bytes.clone());
            }
            files.insert(
                folder.join("README.md"),
                exercise.statement.clone().into_bytes(),
            );
            files.insert(
                folder.join("exercise.toml"),
                manifest(exercise).into_bytes(),
            );
            files.insert(solution.join("solution.toml"), Vec::new());
        }
    }
    // Before anything is written. Names in a foreign course have no say in where that is.
    let leads_out = |path: &&PathBuf| {
        let mut parts = path.components();
        !parts.all(|part| matches!(part, Component::Normal(_)))
    };
    if let Some(path) = files.keys().find(leads_out) {
        return Err(ImportError::Unfit {
            path: path.clone(),
            what: "it leads out of the course".to_owned(),
        });
    }
    put(&files, out)
}

/// Writes everything beside its place and moves it when all of it is there, the spine last: without that, no
/// folder is a course. After a failure `out` is empty again, and after a kill it has a hidden folder.
fn put(files: &Files, out: &Path) -> Result<(), ImportError> {
    let fail = |path: &Path, source: std::io::Error| ImportError::Write {
        path: path.to_owned(),
        source,
    };
    std::fs::create_dir_all(out).map_err(|source| fail(out, source))?;
    let draft = TempDir::with_prefix_in(".workbook-import-", out);
    let draft = draft.map_err(|source| fail(out, source))?;
    for (path, bytes) in files {
        let place = draft.path().join(path);
        let parent = place.parent().unwrap_or(draft.path());
        let written = std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&place, bytes));
        written.map_err(|source| fail(&out.join(path), source))?;
    }
    let tops = files.keys().filter_map(|path| path.iter().next());
    let tops: BTreeSet<&OsStr> = tops.collect();
    let (spine, others): (Vec<&OsStr>, Vec<&OsStr>) =
        tops.into_iter().partition(|top| *top == "curriculum.toml");
    for top in others.into_iter().chain(spine) {
        let place = out.join(top);
        let moved = std::fs::rename(draft.path().join(top), &place);
        moved.map_err(|source| fail(&place, source))?;
    }
    Ok(())
}

fn texts(list: &[String]) -> Value {
    Value::Array(
        list.iter()
            .map(|text| Value::String(text.clone()))
            .collect(),
    )
}

fn table(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Table {
    let entries = entries.into_iter();
    entries
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// A release's settings, in the one profile that is used.
fn workspace(tables: &Table, optimised: &[&str]) -> String {
    let mut tables = tables.clone();
    let dev = tables.get_mut("profile").and_then(|all| all.get_mut("dev"));
    if let Some(dev) = dev.and_then(Value::as_table_mut)
        && !optimised.is_empty()
    {
        let packages = dev.entry("package").or_insert_with(|| Table::new().into());
        for id in optimised {
            let settings = table([
                ("opt-level", 3.into()),
                ("debug-assertions", false.into()),
                ("overflow-checks", false.into()),
            ]);
            if let Some(packages) = packages.as_table_mut() {
                packages.insert((*id).to_owned(), settings.into());
            }
        }
    }
    tables.to_string()
}

fn spine(draft: &Draft) -> String {
    let parts = draft.parts.iter().map(|part| {
        let ids: Vec<String> = part.exercises.iter().map(|it| it.id.clone()).collect();
        let topic = table([
            ("id", part.id.clone().into()),
            ("title", part.title.clone().into()),
            ("exercises", texts(&ids)),
        ]);
        Value::Table(topic)
    });
    let week = table([
        ("id", WEEK.into()),
        ("title", draft.title.clone().into()),
        ("folder", WEEK.into()),
        ("topics", Value::Array(parts.collect())),
    ]);
    let course = table([
        ("id", draft.id.clone().into()),
        ("title", draft.title.clone().into()),
        ("version", "0.1.0".into()),
    ]);
    let spine = table([
        ("course", course.into()),
        ("weeks", Value::Array(vec![week.into()])),
    ]);
    spine.to_string()
}

fn objectives(draft: &Draft) -> String {
    let mut topics = Table::new();
    for (topic, name, text) in &draft.objectives {
        let fields = table([
            ("text", text.clone().into()),
            ("go", "not said".into()),
            ("from", Value::Array(vec!["imported".into()])),
        ]);
        let list = topics.entry(topic).or_insert_with(|| Table::new().into());
        if let Some(list) = list.as_table_mut() {
            list.insert(name.clone(), fields.into());
        }
    }
    topics.to_string()
}

fn manifest(exercise: &DraftExercise) -> String {
    let mut root = table([
        ("title", exercise.title.clone().into()),
        ("summary", exercise.summary.clone().into()),
        ("minutes", i64::from(exercise.minutes).into()),
        ("objectives", texts(&exercise.objectives)),
    ]);
    let lists = [
        ("needs", &exercise.needs),
        ("owned", &exercise.owned),
        ("hints", &exercise.hints),
    ];
    for (key, list) in lists {
        if !list.is_empty() {
            root.insert(key.to_owned(), texts(list));
        }
    }
    let origin = &exercise.origin;
    let mut from = table([
        ("tool", origin.tool.clone().into()),
        ("path", origin.path.clone().into()),
    ]);
    let flags = [
        ("may_not_build", origin.may_not_build),
        ("starts_solved", origin.starts_solved),
        ("no_reference", origin.no_reference),
    ];
    for (key, _) in flags.iter().filter(|(_, is_set)| *is_set) {
        from.insert((*key).to_owned(), true.into());
    }
    root.insert("origin".to_owned(), from.into());
    let stated = |mut entry: Table| {
        if origin.starts_solved {
            entry.insert("starter".to_owned(), "passes".into());
        }
        Value::Table(entry)
    };
    let tests = exercise.tests.iter().map(|(target, name)| {
        let shows = shown(name);
        let entry = [
            ("target", target.as_str()),
            ("name", name),
            ("shows", &shows),
        ];
        stated(table(entry.map(|(key, text)| (key, text.into()))))
    });
    root.insert("tests".to_owned(), Value::Array(tests.collect()));
    let lints = exercise.lints.iter().map(|lint| {
        let shows = match lint.as_str() {
            "warnings" => "neither the compiler nor clippy warns".to_owned(),
            lint => format!("`{lint}` does not fire"),
        };
        stated(table([
            ("lint", lint.as_str().into()),
            ("shows", shows.into()),
        ]))
    });
    if !exercise.lints.is_empty() {
        root.insert("clippy".to_owned(), Value::Array(lints.collect()));
    }
    root.to_string()
}

/// A test's name as words.
fn shown(name: &str) -> String {
    match name {
        "program::runs" => "the program builds, and ends with exit code 0".to_owned(),
        "program::builds" => "the library builds, and nothing of it is missing".to_owned(),
        name => {
            let last = name.rsplit("::").next().unwrap_or(name);
            last.replace('_', " ")
        }
    }
}

/// What came of the import, for whoever opens the course later.
fn account(draft: &Draft, left: &Left) -> String {
    let count: usize = draft.parts.iter().map(|part| part.exercises.len()).sum();
    let mut text = format!(
        "# Imported\n\n`workbook author import` made this course of {count} exercises. Each has an `[origin]` in its \
         `exercise.toml`.\n\n## Not carried, or carried as something else\n\n"
    );
    let mut any = false;
    for (what, whose) in left.notes() {
        any = true;
        let _ = writeln!(text, "- {what}: {}", whose.join(", "));
    }
    if !any {
        text.push_str("Nothing.\n");
    }
    text
}
