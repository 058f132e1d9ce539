//! `open`: the editor of the learner's choice, at the first error.

use super::programs;
use crate::support::{Place, Ran};

/// Runs `open` with an editor that tells what it was given.
fn open(place: &Place, name: &str, arguments: &[&str]) -> Ran {
    let folder = programs(
        place,
        &format!("for {name}"),
        &[(name, "echo opened \"$@\"")],
    );
    let mut command = place.command();
    command
        .arg("open")
        .args(arguments)
        .env_remove("VISUAL")
        .env("EDITOR", folder.join(name));
    let output = command.output().expect("the program can be started");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn the_current_exercise_is_opened_at_its_first_error() {
    let course = Place::course();
    let file = course.path("exercises/basics/add_up/src/lib.rs");
    let ran = open(&course, "ed", &[]);
    ran.says(&format!("opened {}\n", file.display()));
    assert_eq!(ran.code, 0, "{}", ran.all());
    let text = course.read("exercises/basics/add_up/src/lib.rs");
    course.write(
        "exercises/basics/add_up/src/lib.rs",
        format!("mod more;\n{text}"),
    );
    course.write(
        "exercises/basics/add_up/src/more.rs",
        "pub const A: u32 = 1;\npub const B: u32 = \"two\";\n",
    );
    let more = course.path("exercises/basics/add_up/src/more.rs");
    open(&course, "vim", &[]).says(&format!("opened +2 {}\n", more.display()));
    // A look is no attempt.
    assert!(course.journal().is_empty(), "{:?}", course.journal());
}

#[test]
fn without_an_editor_it_says_how_to_choose_one() {
    let course = Place::course();
    let mut command = course.command();
    command
        .arg("open")
        .env_remove("VISUAL")
        .env_remove("EDITOR");
    let output = command.output().expect("the program can be started");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(
        stderr.contains("set `EDITOR`, as in `EDITOR=vim workbook open`, or open `exercises/basics/add_up/src/lib.rs` yourself"),
        "{stderr}"
    );
    let mut command = course.command();
    command.arg("open").env("VISUAL", "no-such-editor --wait");
    let output = command.output().expect("the program can be started");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(
        stderr.contains("start the editor `no-such-editor`"),
        "{stderr}"
    );
}
