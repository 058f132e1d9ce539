//! The course of this repository: what can be seen of it without running an exercise. That its exercises
//! are good is shown by `workbook author prove`, which takes longer.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Place, copy_folder};

/// The sections of a statement, in their order, and whether one may be left out.
const SECTIONS: [(&str, bool); 7] = [
    ("By the end", false),
    ("What must hold", false),
    ("Predict first", false),
    ("Task", false),
    ("What is checked", false),
    ("Coming from Go", true),
    ("Read on", false),
];

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A copy of the course's own files, in the place of the fixture.
fn real_course() -> Place {
    let place = Place::course();
    std::fs::remove_dir_all(&place.root).expect("the copy can be removed");
    std::fs::create_dir(&place.root).expect("folders can be made");
    for entry in repository().read_dir().expect("the repository can be read") {
        let entry = entry.expect("its entries too");
        let name = entry.file_name().into_string().expect("names are UTF-8");
        let to = place.path(&name);
        match name.as_str() {
            "curriculum.toml" | "Cargo.toml" | "Cargo.lock" => {
                std::fs::copy(entry.path(), to).expect("files can be copied");
            }
            "exercises" | "solutions" | "probes" | "capstone" => copy_folder(&entry.path(), &to),
            _ if name.starts_with("week") => copy_folder(&entry.path(), &to),
            _ => {}
        }
    }
    place
}

/// Everything that `show` has of each exercise.
fn exercises(course: &Place) -> Vec<Value> {
    let list = course.expect(0, ["list", "--json"]).json();
    let list = list["exercises"].as_array().expect("exercises are a list");
    let ids = list.iter().map(|exercise| text(exercise, "id"));
    ids.map(|id| course.expect(0, ["show", &id, "--json"]).json())
        .collect()
}

fn text(value: &Value, key: &str) -> String {
    let text = value[key].as_str();
    text.unwrap_or_else(|| panic!("no {key} in {value:#}"))
        .to_owned()
}

#[test]
fn the_course_loads_without_a_problem_from_wherever_it_is() {
    let course = real_course();
    let root = course
        .root
        .to_str()
        .expect("a temporary folder's name is UTF-8");
    let elsewhere = Place::course();
    let ran = elsewhere.expect(0, ["-C", root, "list", "--json"]);
    assert_eq!(ran.stderr, "");
    let list = ran.json()["exercises"].take();
    let listed = list.as_array().map_or(0, Vec::len);
    assert!(listed >= 10, "{listed} exercises");
    assert!(
        !course.path(".workbook").exists(),
        "listing leaves nothing behind"
    );
}

#[test]
fn every_statement_has_its_sections_in_order_and_something_in_each() {
    let mut wrong = Vec::new();
    for exercise in exercises(&real_course()) {
        let id = text(&exercise, "id");
        let statement = text(&exercise, "statement");
        wrong.extend(
            statement_problems(&statement)
                .into_iter()
                .map(|what| format!("{id}: {what}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a statement lacks.
fn statement_problems(statement: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let mut parts = statement.split("\n## ");
    let opening = parts.next().unwrap_or_default();
    let mut lines = opening.trim().lines();
    if !lines.next().is_some_and(|title| title.starts_with("# ")) {
        problems.push("does not begin with its title".to_owned());
    }
    if lines.all(|line| line.trim().is_empty()) {
        problems.push("has no scenario after its title".to_owned());
    }
    let sections: Vec<(&str, &str)> = parts
        .map(|part| part.split_once('\n').unwrap_or((part, "")))
        .collect();
    let mut expected = SECTIONS.iter().peekable();
    for (name, body) in &sections {
        while expected
            .next_if(|(known, optional)| known != name && *optional)
            .is_some()
        {}
        match expected.next() {
            Some((known, _)) if known == name => {}
            Some((known, _)) => {
                problems.push(format!("has `{name}` where `{known}` should be"));
                return problems;
            }
            None => problems.push(format!("has a section `{name}` too many")),
        }
        if body.trim().is_empty() {
            problems.push(format!("has nothing in `{name}`"));
        }
        if *name == "What must hold" && !body.lines().any(|line| line.starts_with("1. ")) {
            problems.push("does not number what must hold".to_owned());
        }
    }
    for (known, optional) in expected {
        if !optional {
            problems.push(format!("has no section `{known}`"));
        }
    }
    problems
}

#[test]
fn a_statement_is_read_as_an_author_would_read_it() {
    let good = "# T\n\nOnce.\n\n## By the end\nx\n## What must hold\n\n1. It holds.\n\n## Predict first\nx\n\
                ## Task\nx\n## What is checked\nx\n## Coming from Go\nx\n## Read on\nx\n";
    let check = |statement: String, expected: &[&str]| {
        assert_eq!(statement_problems(&statement), expected, "{statement}");
    };
    check(good.to_owned(), &[]);
    check(good.replace("## Coming from Go\nx\n", ""), &[]);
    check(
        good.replace("## Task\nx\n", ""),
        &["has `What is checked` where `Task` should be"],
    );
    check(
        good.replace("## Read on\nx\n", ""),
        &["has no section `Read on`"],
    );
    check(
        good.replace("Once.", ""),
        &["has no scenario after its title"],
    );
    check(
        good.replace("## Predict first\nx", "## Predict first\n"),
        &["has nothing in `Predict first`"],
    );
    check(
        good.replace("1. It", "It"),
        &["does not number what must hold"],
    );
}

#[test]
fn every_objective_that_an_exercise_names_is_listed_with_it() {
    let course = real_course();
    let objectives = course.expect(0, ["list", "--objectives", "--json"]).json();
    let taught: BTreeSet<(String, String)> = objectives["objectives"]
        .as_array()
        .expect("objectives are a list")
        .iter()
        .flat_map(|objective| {
            let by = objective["taught_by"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            by.into_iter().map(|id| {
                (
                    text(objective, "id"),
                    id.as_str().unwrap_or_default().to_owned(),
                )
            })
        })
        .collect();
    for exercise in exercises(&course) {
        let id = text(&exercise, "id");
        let named = exercise["objectives"]
            .as_array()
            .expect("objectives are a list");
        assert!(!named.is_empty(), "{id}");
        for objective in named {
            let pair = (objective.as_str().expect("a text").to_owned(), id.clone());
            assert!(taught.contains(&pair), "{pair:?} is not in {taught:?}");
        }
    }
}

#[test]
fn every_crate_of_an_exercise_inherits_what_it_depends_on() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for folder in crates() {
        let path = folder.join("Cargo.toml");
        let text = std::fs::read_to_string(&path).expect("the manifest can be read");
        let manifest: toml::Table = toml::from_str(&text).expect("the manifest is TOML");
        let shown = path
            .strip_prefix(repository())
            .unwrap_or(&path)
            .display()
            .to_string();
        let found = manifest_problems(&manifest, &folder);
        wrong.extend(found.into_iter().map(|what| format!("{shown}: {what}")));
        seen += 1;
    }
    assert!(seen >= 10, "{seen} crates");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Folders of exercises and of projects.
fn crates() -> Vec<PathBuf> {
    let curriculum = std::fs::read_to_string(repository().join("curriculum.toml"));
    let curriculum: toml::Table =
        toml::from_str(&curriculum.expect("the spine can be read")).expect("the spine is TOML");
    let list = |table: &toml::Value, key: &str| -> Vec<toml::Value> {
        let list = table.get(key).and_then(toml::Value::as_array);
        list.cloned().unwrap_or_default()
    };
    let mut folders = Vec::new();
    for week in curriculum["weeks"].as_array().expect("weeks are a list") {
        for topic in list(week, "topics") {
            for exercise in list(&topic, "exercises") {
                let topic = topic["id"].as_str().expect("an id");
                let id = exercise.as_str().expect("an id");
                folders.push(repository().join("exercises").join(topic).join(id));
            }
        }
        for project in list(week, "projects") {
            folders.push(repository().join(project["folder"].as_str().expect("a path")));
        }
    }
    folders
}

/// What in a crate's manifest would keep it from sharing compiled dependencies and profiles.
fn manifest_problems(manifest: &toml::Table, folder: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    let package = manifest.get("package");
    let name = package.and_then(|package| package.get("name")?.as_str());
    if name != folder.file_name().and_then(|name| name.to_str()) {
        problems.push(format!("the package is called {name:?}, unlike its folder"));
    }
    for key in ["test", "doctest"] {
        let switch = manifest.get("lib").and_then(|lib| lib.get(key)?.as_bool());
        // Its learner is to see examples in documentation fail and pass with `cargo test --doc`.
        let is_about_it = key == "doctest" && name == Some("docs_that_run");
        if switch != Some(false) && !is_about_it {
            problems.push(format!("`[lib]` lacks `{key} = false`"));
        }
    }
    // Cargo ignores these in a member, so whoever wrote them believes something that is not so.
    for key in ["profile", "patch", "workspace"] {
        if manifest.contains_key(key) {
            problems.push(format!("`[{key}]` counts in the workspace's root only"));
        }
    }
    let mut tables: Vec<&toml::Table> = vec![manifest];
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    tables.extend(
        targets
            .into_iter()
            .flat_map(|targets| targets.values())
            .filter_map(|t| t.as_table()),
    );
    for table in tables {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let dependencies = table.get(kind).and_then(toml::Value::as_table);
            for (name, dependency) in dependencies.into_iter().flatten() {
                let inherited = dependency.get("workspace") == Some(&toml::Value::Boolean(true));
                let other = dependency
                    .as_table()
                    .into_iter()
                    .flat_map(toml::Table::keys);
                // The course's own small crate may differ in its features from one exercise to the next; a
                // crate of others would be compiled once for each set.
                let allowed =
                    |key: &&String| *key == "workspace" || (name == "probes" && *key == "features");
                let other: Vec<&String> = other.filter(|key| !allowed(key)).collect();
                if !inherited || !other.is_empty() {
                    problems.push(format!(
                        "`{name}` has to be `{{ workspace = true }}` and no more"
                    ));
                }
            }
        }
    }
    problems
}

#[test]
fn a_manifest_that_would_not_share_is_recognised() {
    let lib = "[lib]\ntest = false\ndoctest = false\n";
    let check = |rest: &str, expected: &[&str]| {
        let manifest = toml::from_str(&format!("[package]\nname = \"one\"\n{rest}"));
        let problems = manifest_problems(&manifest.expect("it is TOML"), Path::new("some/one"));
        assert_eq!(problems, expected, "{rest}");
    };
    check(lib, &[]);
    check(
        &format!("{lib}[dependencies]\ntokio = {{ workspace = true }}\n"),
        &[],
    );
    let own = "`tokio` has to be `{ workspace = true }` and no more";
    check(&format!("{lib}[dependencies]\ntokio = \"1\"\n"), &[own]);
    check(
        &format!("{lib}[dev-dependencies]\ntokio = {{ workspace = true, features = [] }}\n"),
        &[own],
    );
    check(
        &format!("{lib}[target.'cfg(unix)'.dependencies]\ntokio = \"1\"\n"),
        &[own],
    );
    check(
        "[lib]\ntest = false\n",
        &["`[lib]` lacks `doctest = false`"],
    );
    check(
        &format!("{lib}[profile.dev]\nopt-level = 3\n"),
        &["`[profile]` counts in the workspace's root only"],
    );
}
