//! `docs/AUTHORING.md` builds an exercise from nothing. Followed to the letter, it works.

use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::cargo_bin;

/// What the page has a reader do, in its order.
enum Step<'p> {
    /// Put this text into this file.
    File(&'p str, String),
    /// Type this, and see it end well, or refuse.
    Run { line: &'p str, refused: bool },
}

fn steps(page: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut lines = page.lines();
    let mut before = "";
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if language == "sh" {
                steps.extend(block.into_iter().map(|line| Step::Run {
                    line: line.trim_end_matches(" # refused"),
                    refused: line.ends_with(" # refused"),
                }));
            } else {
                let file = before.trim_matches('`');
                assert_ne!(
                    file, before,
                    "a listing has its file above it, not: {before}"
                );
                steps.push(Step::File(file, block.join("\n") + "\n"));
            }
        }
        before = line;
    }
    steps
}

/// The committed course: what instructors begin with.
fn course(into: &Path) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let parts = [
        "Cargo.toml",
        "Cargo.lock",
        "curriculum.toml",
        "exercises",
        "solutions",
        "probes",
        "capstone",
        "week01_core",
        "week02_concurrency",
        "week03_performance",
        "week04_architecture",
    ];
    for part in parts {
        for entry in walkdir::WalkDir::new(repository.join(part)) {
            let entry = entry.expect("the course can be read");
            let path = entry.path().strip_prefix(repository).expect("it is inside");
            if entry.file_type().is_dir() {
                std::fs::create_dir_all(into.join(path)).expect("folders can be made");
            } else {
                std::fs::copy(entry.path(), into.join(path)).expect("files can be copied");
            }
        }
    }
}

#[test]
fn the_page_for_authors_builds_an_exercise_from_nothing() {
    let page = include_str!("../../docs/AUTHORING.md");
    let (_, page) = page
        .split_once("## One exercise, from nothing")
        .expect("it begins");
    let (page, _) = page.split_once("## Where things are").expect("it ends");
    let steps = steps(page);
    assert!(steps.len() > 15, "the page has {} steps", steps.len());

    let place = tempfile::tempdir().expect("there is room");
    course(place.path());
    for step in steps {
        match step {
            Step::File(path, text) => {
                let path = place.path().join(path);
                std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("made");
                std::fs::write(path, text).expect("written");
            }
            Step::Run { line, refused } => {
                let mut words = line.split_whitespace();
                let mut command = match words.next() {
                    Some("workbook") => Command::new(cargo_bin!("workbook")),
                    Some(other) => Command::new(other),
                    None => continue,
                };
                let output = command.args(words).current_dir(place.path()).output();
                let output = output.expect("it can be started");
                let all = [output.stdout, output.stderr].concat();
                let all = String::from_utf8_lossy(&all);
                let expected = i32::from(refused);
                assert_eq!(
                    output.status.code(),
                    Some(expected),
                    "`{line}` says:\n{all}"
                );
                if line.ends_with("--mutants") {
                    let caught = "every_bad_line: 3 of 3 mutants of the reference are caught";
                    assert!(all.contains(caught), "{all}");
                }
            }
        }
    }
    let desk = place.path().join("desk");
    assert!(
        desk.join("exercises/errors/every_bad_line/src/lib.rs")
            .is_file()
    );
    assert!(!desk.join("solutions").exists());
}
