//! `init`: a desk is made whole or not at all, and nothing in it gives an answer away.

use std::collections::BTreeSet;
use std::path::Path;

use walkdir::WalkDir;

use crate::support::Place;

/// The names in the folder that the course lies in.
fn beside(course: &Place) -> BTreeSet<String> {
    let folder = course.root.parent().expect("it is in a temporary folder");
    std::fs::read_dir(folder)
        .expect("it can be read")
        .map(|entry| {
            let name = entry.expect("it can be read").file_name();
            name.into_string().expect("the names are text")
        })
        .collect()
}

#[test]
fn a_desk_is_made_in_the_default_folder_and_works() {
    let course = Place::course();
    let ran = course.expect(0, ["init", "--course", "."]);
    ran.says("A small course, 5 exercises")
        .says("cd workbook-desk");
    let listed = course.expect(0, ["-C", "workbook-desk", "list", "--json"]);
    assert_eq!(listed.json()["exercises"].as_array().map(Vec::len), Some(5));
}

#[test]
fn a_folder_that_is_empty_or_not_there_yet_is_taken() {
    let course = Place::course();
    std::fs::create_dir(course.path("../empty")).expect("it can be made");
    for folder in ["../empty", "../not/there yet"] {
        course.expect(0, ["init", folder, "--course", "."]);
        assert!(course.path(folder).join("curriculum.toml").is_file());
    }
}

#[test]
fn a_folder_with_something_in_it_is_refused_and_left_alone() {
    let course = Place::course();
    course.write("../full/my.txt", "mine");
    course.write("../file", "mine too");
    let before = beside(&course);
    course
        .expect(2, ["init", "../full", "--course", "."])
        .complains("the folder is not empty; name a new one");
    course
        .expect(2, ["init", "../file", "--course", "."])
        .complains("it is not a folder; name a new one");
    let entries = std::fs::read_dir(course.path("../full")).expect("it is there");
    assert_eq!(entries.count(), 1);
    assert_eq!(course.read("../full/my.txt"), "mine");
    assert_eq!(course.read("../file"), "mine too");
    assert_eq!(beside(&course), before);
}

#[test]
fn a_desk_is_never_overwritten() {
    let desk = Place::desk();
    desk.write("exercises/basics/add_up/src/lib.rs", "// my work\n");
    for folder in [".", "../desk"] {
        desk.expect(2, ["init", folder])
            .complains("there is one already");
    }
    assert_eq!(
        desk.read("exercises/basics/add_up/src/lib.rs"),
        "// my work\n"
    );
}

#[test]
fn what_can_not_be_made_whole_leaves_nothing() {
    let check = |damage: &dyn Fn(&Place), course_path: &str, path: Option<&str>, code, says| {
        let course = Place::course();
        damage(&course);
        let before = beside(&course);
        let mut command = course.command();
        command.args(["init", "../new/desk", "--course", course_path]);
        if let Some(path) = path {
            command.env("PATH", path);
        }
        let output = command.output().expect("the program can be started");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        assert!(stderr.contains(says), "expected `{says}` in:\n{stderr}");
        let after: Vec<_> = beside(&course).difference(&before).cloned().collect();
        assert_eq!(after, [""; 0], "left behind after `{says}`");
    };
    let nothing = |_: &Place| {};
    let broken = |course: &Place| {
        course.replace("exercises/basics/greet/exercise.toml", "minutes", "minuets");
    };
    check(
        &nothing,
        "exercises",
        None,
        2,
        "it has no `curriculum.toml`",
    );
    check(
        &nothing,
        "../nowhere",
        None,
        2,
        "it has no `curriculum.toml`",
    );
    check(&broken, ".", None, 2, "minuets");
    check(&nothing, ".", Some(""), 3, "install Rust");
}

#[test]
fn a_desk_has_neither_solutions_nor_hidden_tests_nor_the_runner() {
    let course = Place::course();
    course.write("src/main.rs", "fn main() {}");
    course.write("README.md", "of the repository");
    course.expect(0, ["init", "../desk", "--course", "."]);
    assert_has_no_answers(&course.path("../desk"), &course.path("solutions"));
    assert!(!course.path("../desk/src").exists());
    assert!(!course.path("../desk/README.md").exists());
}

/// Expects that no file of a desk, `.workbook` included, has the name or the bytes of an answer.
fn assert_has_no_answers(desk: &Path, solutions: &Path) {
    let files = |folder: &Path| -> Vec<(String, Vec<u8>)> {
        let entries = WalkDir::new(folder).into_iter().map(Result::unwrap);
        entries
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let path = entry.path().strip_prefix(folder).expect("it is below");
                let bytes = std::fs::read(entry.path()).expect("it can be read");
                (path.to_string_lossy().into_owned(), bytes)
            })
            .collect()
    };
    let given = files(desk);
    assert!(given.len() > 10, "the desk is there");
    for (path, bytes) in &given {
        for part in ["solutions", "hidden", "wrong", "reference", "debrief"] {
            assert!(!path.contains(part), "{path} is no learner's business");
        }
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("adds_others"), "{path} has a hidden test");
    }
    for (path, bytes) in files(solutions) {
        // A wrong attempt may well be what the starter is.
        if !path.contains("/wrong/") && !bytes.is_empty() {
            let copy = given.iter().find(|(_, other)| *other == bytes);
            assert!(copy.is_none(), "{path} is in the desk as {copy:?}");
        }
    }
}

/// Only the texts: building the course's own exercises is not the business of these tests.
#[test]
fn the_course_built_into_the_program_makes_a_desk() {
    let place = Place::course();
    place.expect(0, ["init", "../my desk"]);
    let listed = place
        .expect(0, ["-C", "../my desk", "list", "--json"])
        .json();
    let exercises = listed["exercises"].as_array().expect("there are some");
    let ids: Vec<_> = exercises.iter().map(|e| e["id"].as_str()).collect();
    assert!(ids.contains(&Some("useful_default")), "{ids:?}");
    for exercise in exercises {
        let file = exercise["file"].as_str().expect("each has a file");
        assert!(place.path("../my desk").join(file).is_file(), "{file}");
    }
    let desk = |arguments: &[&str]| {
        let arguments = ["-C", "../my desk"].iter().chain(arguments);
        place.expect(0, arguments)
    };
    desk(&["show", "useful_default"]).says("By the end");
    desk(&["solution", "useful_default", "--before-pass"]).says("src/lib.rs");
    desk(&["debrief", "useful_default", "--before-pass"]);
    for folder in ["solutions", ".workbook/course/solutions", "src"] {
        assert!(!place.path("../my desk").join(folder).exists(), "{folder}");
    }
}

#[cfg(unix)]
#[test]
fn a_desk_is_as_readable_as_any_new_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let course = Place::course();
    course.expect(0, ["init", "../desk", "--course", "."]);
    std::fs::create_dir(course.path("../other")).expect("it can be made");
    let mode = |path: &str| {
        let data = std::fs::metadata(course.path(path)).expect("it is there");
        data.permissions().mode() & 0o777
    };
    assert_eq!(mode("../desk"), mode("../other"));
}
