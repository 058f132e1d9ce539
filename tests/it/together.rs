//! Tests of many exercises as modules of one crate say what they say as crates of their own.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Place, copy_folder};

const COUNT: usize = 24;

/// A course with many exercises of one kind.
fn many() -> Place {
    let place = Place::course();
    let mut ids = Vec::new();
    for at in 0..COUNT {
        let id = format!("sum_{at}");
        for (part, files) in [
            ("exercises", vec!["Cargo.toml", "tests/checks.rs"]),
            ("solutions", Vec::new()),
        ] {
            let to = format!("{part}/basics/{id}");
            copy_folder(
                &place.path(&format!("{part}/basics/add_up")),
                &place.path(&to),
            );
            for file in files {
                place.replace(&format!("{to}/{file}"), "add_up", &id);
            }
        }
        place.write(
            &library(at),
            "pub fn add(a: u32, b: u32) -> u32 {\n    a + b\n}\n",
        );
        ids.push(format!("{id:?}"));
    }
    let listed = format!("exercises = [\"add_up\", {},", ids.join(", "));
    place.replace("curriculum.toml", "exercises = [\"add_up\",", &listed);
    place
}

fn library(at: usize) -> String {
    format!("exercises/basics/sum_{at}/src/lib.rs")
}

/// What `verify` says of all of them, without times and numbers of processes; and how it was built.
fn verified(place: &Place, together: &str) -> (BTreeMap<String, Value>, String) {
    let mut command = place.command();
    command
        .env("WORKBOOK_TOGETHER", together)
        .args(["verify", "--fresh", "--json", "--verbose"])
        .args((0..COUNT).map(|at| format!("sum_{at}")));
    let output = command.output().expect("the program can be started");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut said: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    let mut results = BTreeMap::new();
    for result in said["results"].as_array_mut().expect("it is a list") {
        without_chance(result);
        results.insert(result["exercise"].to_string(), result.take());
    }
    (
        results,
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

fn without_chance(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !name.starts_with("took"));
            members.values_mut().for_each(without_chance);
        }
        Value::Array(items) => items.iter_mut().for_each(without_chance),
        Value::String(text) => {
            // `thread 'adds_nothing' (4711) panicked`
            if let Some((before, rest)) = text.split_once("' (")
                && let Some((_, after)) = rest.split_once(") panicked")
            {
                *text = format!("{before}' panicked{after}");
            }
        }
        _ => {}
    }
}

fn state<'v>(results: &'v BTreeMap<String, Value>, at: usize, check: &str) -> &'v Value {
    let checks = results[&format!("\"sum_{at}\"")]["verdict"]["checks"].as_array();
    let checks = checks.expect("it is a list");
    let found = checks.iter().find(|it| it["id"] == check);
    &found.unwrap_or_else(|| panic!("no {check}"))["state"]
}

#[test]
fn in_one_crate_tests_say_what_they_say_alone() {
    let place = many();
    let broken = [
        (2, "pub fn add(a: u32, b: u32) -> u32 {\n    \"text\"\n}\n"),
        (
            3,
            "pub fn add(a: u64, b: u64, c: u64) -> u64 {\n    a + b + c\n}\n",
        ),
        (
            5,
            "pub fn add(a: u32, b: u32) -> u32 {\n    println!(\"{a} and {b}\");\n    a * b + 1\n}\n",
        ),
        (
            7,
            "pub fn add(_: u32, _: u32) -> u32 {\n    unimplemented!(\"later\")\n}\n",
        ),
        (
            11,
            "pub fn add(_: u32, _: u32) -> u32 {\n    std::process::exit(0)\n}\n",
        ),
        (
            13,
            "pub fn add(a: u32, b: u32) -> u32 {\n    let unused = 1;\n    a + b\n}\n",
        ),
        (
            17,
            "#[unsafe(no_mangle)]\npub extern \"C\" fn add(a: u32, b: u32) -> u32 {\n    a + b\n}\n",
        ),
        (
            19,
            "#[unsafe(no_mangle)]\npub extern \"C\" fn add(a: u32, b: u32) -> u32 {\n    a + b\n}\n",
        ),
    ];
    for (at, text) in broken {
        place.write(&library(at), text);
    }
    let (together, how) = verified(&place, "1");
    assert!(how.contains("as modules of a few crates"), "{how}");
    let (alone, how) = verified(&place, "0");
    assert!(!how.contains("as modules of a few crates"), "{how}");
    assert_eq!(together, alone);

    // They are the states that were meant.
    let test = "checks::adds_two_numbers";
    assert_eq!(state(&together, 0, test)["state"], "passed");
    assert_eq!(failure(&together, 2, "build"), "does_not_build");
    assert_eq!(failure(&together, 3, test), "tests_do_not_build");
    assert_eq!(failure(&together, 5, test), "assertion");
    assert_eq!(failure(&together, 11, test), "early_exit");
    let output = &state(&together, 5, test)["failure"]["output"];
    assert_eq!(output["stdout"], "2 and 2");
    let said = output["stderr"].as_str().expect("it is a text");
    let place_of_it =
        "thread 'adds_two_numbers' panicked at exercises/basics/sum_5/tests/checks.rs:5:5:";
    assert!(said.starts_with(place_of_it), "{said}");

    // What did not go with the others is mended, and another one broken.
    place.write(
        &library(3),
        "pub fn add(a: u32, b: u32) -> u32 {\n    b + a\n}\n",
    );
    place.write(&library(4), "pub fn add(a: u32) -> u32 {\n    a\n}\n");
    let (together, _) = verified(&place, "1");
    let (alone, _) = verified(&place, "0");
    assert_eq!(together, alone);
    assert_eq!(state(&together, 3, test)["state"], "passed");
    assert_eq!(failure(&together, 4, test), "tests_do_not_build");
}

fn failure(results: &BTreeMap<String, Value>, at: usize, check: &str) -> Value {
    state(results, at, check)["failure"]["how"].clone()
}

/// The compiler of one exercise's tests waits for what a test of another writes: that test has to run before the build is
/// over.
#[cfg(unix)]
#[test]
fn tests_are_run_while_others_are_compiled() {
    let place = many();
    let pipe = place.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|it| it.success()), "a pipe can be made");
    let pipe = pipe.to_str().expect("its path is a text");
    let both = |at: usize, first: &str, before: &str| {
        let text = format!(
            "use sum_{at}::add;\n{before}\n#[test]\nfn adds_two_numbers() {{\n    {first}\n    assert_eq!(add(2, 2), 4);\n}}\n\
             #[test]\nfn adds_nothing() {{\n    assert_eq!(add(0, 0), 0);\n}}\n"
        );
        place.write(&format!("exercises/basics/sum_{at}/tests/checks.rs"), text);
    };
    both(
        0,
        &format!("std::fs::write({pipe:?}, \"written\").expect(\"somebody reads\");"),
        "",
    );
    both(
        1,
        "assert_eq!(SAID, \"written\");",
        &format!(
            "const SAID: &str = include_str!({pipe:?});\n/// Not the same in a module.\nconst _: &str = module_path!();"
        ),
    );
    let mut command = place.command();
    // Object code is kept by what the compiler has read, and nobody reads a pipe again.
    command
        .env("WORKBOOK_BUILD", "cargo")
        .env("CARGO_BUILD_JOBS", "2")
        .args(["verify", "--fresh", "--verbose", "--time-limit", "120"])
        .args((0..COUNT).map(|at| format!("sum_{at}")));
    let output = command.output().expect("the program can be started");
    let said = String::from_utf8_lossy(&output.stdout);
    let how = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}{how}");
    let all = format!("{said}{how}");
    assert!(all.contains("as modules of a few crates"), "{all}");
}
