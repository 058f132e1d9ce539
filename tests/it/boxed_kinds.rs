//! Every kind of check that is graded in a box, on drills of this course: references pass, and wrong attempts fail
//! exactly what their authors say, as at a learner's desk.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::support::{Place, copy_folder};

/// Mutants and a suite; programs that must not build; lints; questions and programs with the learner's parts in them;
/// a review; a quiz beside tests.
const DRILLS: [(&str, &str); 6] = [
    ("measuring", "bench_lies"),
    ("values", "absent_not_zero"),
    ("composition", "shapes_of_billing"),
    ("packages", "breaking_or_not"),
    ("mastery", "review_concurrency"),
    ("measuring", "slow_request"),
];

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A course of these drills alone.
fn course() -> Place {
    let place = Place::course();
    std::fs::remove_dir_all(&place.root).expect("the copy can be removed");
    let topics: BTreeSet<&str> = DRILLS.iter().map(|(topic, _)| *topic).collect();
    let mut tables = String::new();
    for topic in topics {
        let mine = DRILLS.iter().filter(|(of, _)| *of == topic);
        let ids: Vec<&str> = mine.map(|(_, id)| *id).collect();
        // Writing to a String can't fail.
        let _ = write!(
            tables,
            "[[weeks.topics]]\nid = \"{topic}\"\ntitle = \"{topic}\"\nexercises = {ids:?}\n"
        );
    }
    place.write(
        "curriculum.toml",
        format!(
            "[course]\nid = \"kinds\"\ntitle = \"Kinds\"\nversion = \"1.0.0\"\n[[weeks]]\nid = \"week1\"\ntitle = \"Week\"\n\
             folder = \"week_1\"\n{tables}"
        ),
    );
    place.write("week_1/notes.md", "# Notes\n");
    let manifest =
        std::fs::read_to_string(repository().join("Cargo.toml")).expect("there is a manifest");
    // The runner itself is no part of this course, and nothing of it needs a registry.
    let mut manifest: toml::Table = manifest.parse().expect("it is TOML");
    manifest.retain(|key, _| key == "workspace");
    let workspace = manifest["workspace"].as_table_mut().expect("it is a table");
    workspace.remove("default-members");
    workspace.remove("dependencies");
    workspace.insert(
        "members".to_owned(),
        vec!["exercises/*/*".to_owned()].into(),
    );
    place.write("Cargo.toml", manifest.to_string());
    std::fs::create_dir_all(place.root.join("exercises")).expect("folders can be made");
    let objectives = "exercises/objectives.toml";
    std::fs::copy(repository().join(objectives), place.root.join(objectives))
        .expect("files can be copied");
    for (topic, id) in DRILLS {
        for folder in ["exercises", "solutions"] {
            let below = Path::new(folder).join(topic).join(id);
            copy_folder(&repository().join(&below), &place.root.join(&below));
        }
        // What it builds on is not here.
        let manifest = place
            .root
            .join("exercises")
            .join(topic)
            .join(id)
            .join("exercise.toml");
        let text = std::fs::read_to_string(&manifest).expect("there is a manifest");
        let lines = text.lines().filter(|line| !line.starts_with("needs"));
        let text: Vec<&str> = lines.collect();
        std::fs::write(&manifest, text.join("\n") + "\n").expect("files can be written");
    }
    place
}

/// The visible checks of one result that did not pass, and those whose tests did not even build: a box holds a submission
/// to the exercise's signatures, which a desk does not.
fn failed(grade: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut failed, mut unbuilt) = (BTreeSet::new(), BTreeSet::new());
    for check in grade["checks"].as_array().expect("checks are listed") {
        let id = check["id"].as_str().expect("it has an id").to_owned();
        let outcome = &check["outcome"];
        if outcome["how"] == "the tests do not build against it" {
            unbuilt.insert(id);
        } else if check["kind"] == "visible" && outcome["state"] != "passed" {
            failed.insert(id);
        }
    }
    (failed, unbuilt)
}

#[test]
fn a_box_says_of_every_kind_what_a_desk_says() {
    let course = course();
    let mut expected: Vec<(String, &str, Option<BTreeSet<String>>)> = Vec::new();
    for (topic, id) in DRILLS {
        let solution = repository().join("solutions").join(topic).join(id);
        let mut hand_in = |name: String, files: &Path, fails: Option<BTreeSet<String>>| {
            copy_folder(files, &course.root.join("submissions").join(&name).join(id));
            expected.push((name, id, fails));
        };
        hand_in(
            format!("{id}-reference"),
            &solution.join("reference"),
            Some(BTreeSet::new()),
        );
        let starter = repository().join("exercises").join(topic).join(id);
        hand_in(format!("{id}-starter"), &starter, None);
        let attempts = std::fs::read_dir(solution.join("wrong")).expect("there are wrong attempts");
        for attempt in attempts.flatten() {
            let manifest = attempt.path().join("wrong.toml");
            let text = std::fs::read_to_string(manifest).expect("it says what it fails");
            let table: toml::Table = text.parse().expect("it is TOML");
            let fails = table["fails"].as_array().expect("a list");
            let fails = fails.iter().map(|id| id.as_str().expect("ids").to_owned());
            let fails = fails.filter(|id| !id.starts_with("graded::"));
            let name = format!("{id}-{}", attempt.file_name().to_string_lossy());
            hand_in(name, &attempt.path(), Some(fails.collect()));
        }
    }
    let ran = course.run([
        "grade",
        "run",
        "--submissions",
        "submissions",
        "--out",
        "out",
    ]);
    let all = ran.all();
    let unjudged: Vec<&str> = all.lines().filter(|line| line.starts_with('?')).collect();
    assert_eq!(
        (ran.code, unjudged),
        (1, Vec::new()),
        "some of these fail, and all are judged"
    );
    for (submission, id, fails) in expected {
        let path = course
            .root
            .join(format!("out/results/{submission}/{id}.json"));
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", path.display(), ran.all()));
        let grade: Value = serde_json::from_str(&text).expect("results are JSON");
        let outcome = &grade["outcome"]["state"];
        match fails {
            Some(fails) if fails.is_empty() => {
                assert_eq!(outcome, "passed", "{submission}: {text}");
            }
            Some(mut fails) => {
                let (failed, unbuilt) = failed(&grade);
                fails.retain(|id| !unbuilt.contains(id));
                assert_eq!(failed, fails, "{submission}: {text}");
            }
            None => assert_eq!(outcome, "failed", "{submission}: {text}"),
        }
    }
}
