//! A desk works from every folder in it, wherever it lies and however one gets there.

use crate::support::Place;

/// Where a place stands after a pass: its record counts, and it can be judged anew.
fn assert_works(place: &Place) {
    place
        .expect(0, ["verify", "add_up"])
        .says("✓ add_up unchanged");
    place.expect(0, ["verify", "add_up", "--fresh"]);
    place.expect(1, ["next"]).says("greet — Greet");
    place.expect(0, ["reset", "greet"]);
}

fn passed(place: Place) -> Place {
    place.solve("add_up");
    place.expect(0, ["next"]);
    place
}

/// Moves a place to another name in the same folder.
fn moved(mut place: Place, name: &str) -> Place {
    let root = place.root.with_file_name(name);
    std::fs::rename(&place.root, &root).expect("it can be moved");
    place.root = root;
    place
}

#[test]
fn commands_work_from_any_folder_inside() {
    for place in [Place::course(), Place::desk()] {
        for (folder, exercise) in [
            ("exercises/basics/add_up/src", "add_up"),
            ("week_b", "greet"),
            ("exercises", "tally"),
        ] {
            let ran = place.run_in(folder, ["run", exercise]);
            assert_eq!(ran.code, 1, "{}", ran.all());
            assert_eq!(place.run_in(folder, ["list"]).code, 0);
        }
        assert!(!place.path("exercises/basics/add_up/src/.workbook").exists());
        assert_eq!(place.journal().len(), 3, "all in one journal");
    }
}

#[test]
fn a_folder_can_be_named_absolute_or_relative() {
    let course = Place::course();
    let inside = course.path("exercises/basics");
    for folder in [
        inside.to_str().expect("it is text"),
        "exercises/basics",
        "../course",
    ] {
        course.expect(0, ["-C", folder, "list"]).says("add_up");
        course
            .expect(0, ["list", "--directory", folder])
            .says("add_up");
    }
    course
        .expect(2, ["-C", "nowhere", "list"])
        .complains("go to `nowhere`");
}

#[test]
fn a_path_may_have_spaces_and_letters_of_any_alphabet() {
    for place in [Place::course(), Place::desk()] {
        let place = moved(place, "mein Schreibtisch – 'ü' \"机\" $HOME");
        assert_works(&passed(place));
    }
}

#[test]
fn a_desk_can_be_moved() {
    for place in [Place::course(), Place::desk()] {
        assert_works(&moved(passed(place), "elsewhere"));
    }
}

#[test]
fn after_a_move_a_test_still_finds_its_package_s_program() {
    let course = Place::course();
    course.write("exercises/basics/add_up/src/main.rs", "fn main() {}\n");
    let tests = "exercises/basics/add_up/tests/checks.rs";
    let program = "let program = env!(\"CARGO_BIN_EXE_add_up\");";
    let start = "assert!(std::process::Command::new(program).status().is_ok());";
    let text = course.read(tests);
    let (before, after) = text.split_once("() {\n").expect("it has a test");
    course.write(
        tests,
        format!("{before}() {{\n    {program}\n    {start}\n{after}"),
    );
    let course = passed(course);
    let course = moved(course, "elsewhere");
    course.expect(0, ["verify", "add_up", "--fresh"]);
}

#[cfg(unix)]
#[test]
fn a_desk_can_be_reached_through_a_link() {
    for place in [Place::course(), Place::desk()] {
        let mut place = passed(place);
        let link = place.root.with_file_name("link");
        std::os::unix::fs::symlink(&place.root, &link).expect("links can be made");
        place.root = link;
        assert_works(&place);
        let ran = place.run_in("exercises/basics/greet/src", ["run"]);
        assert_eq!(ran.code, 1, "{}", ran.all());
        ran.says("greet — Greet");
    }
}

#[test]
fn builds_go_where_cargo_is_told_to_build() {
    let desk = Place::desk();
    for folder in ["built here".into(), desk.path("../built there")] {
        let mut command = desk.command();
        command
            .args(["run", "add_up"])
            .env("CARGO_TARGET_DIR", &folder);
        // From a folder inside, so that a relative one can't be relative to that.
        command.current_dir(desk.path("exercises/basics"));
        assert_eq!(command.status().expect("it can be started").code(), Some(1));
        assert!(desk.root.join(&folder).join("workbook").is_dir());
    }
    assert!(!desk.path("target").exists());
}
