//! A machine that does not let the program do what it is for: it says what is in the way, and nothing is
//! lost.

use std::process::Command;

use crate::support::{Place, Ran};

const JOURNAL: &str = ".workbook/journal.jsonl";

/// Runs the program where no file may have a byte written to it: a stand-in for a full disk that needs no
/// file system of its own.
fn on_a_full_disk(place: &Place, arguments: &str) -> Ran {
    let program = place.command().get_program().to_owned();
    let script = format!("trap '' XFSZ; ulimit -f 0; exec \"$0\" {arguments}");
    let mut command = Command::new("sh");
    command
        .current_dir(&place.root)
        .args(["-c", &script])
        .arg(program);
    let output = command.output().expect("there is a shell");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn a_full_disk_is_named_and_loses_nothing() {
    let course = Place::course();
    course.solve("add_up");
    course.expect(0, ["run", "add_up"]);
    let journal = course.read(JOURNAL);
    for (arguments, what) in [
        ("skip greet", "failed to record the skip in"),
        ("hint greet", "failed to record the hint in"),
        ("run greet", "failed to lay out the build folder"),
        ("reset add_up", "failed to write"),
    ] {
        let before = course.read("exercises/basics/add_up/src/lib.rs");
        let ran = on_a_full_disk(&course, arguments);
        assert_eq!(ran.code, 3, "`{arguments}`: {}", ran.all());
        ran.complains(what);
        assert_eq!(course.read(JOURNAL), journal, "`{arguments}`");
        assert_eq!(course.read("exercises/basics/add_up/src/lib.rs"), before);
    }
    // What only reads works, and so does everything once there is room again.
    for arguments in ["list", "progress", "verify add_up"] {
        let ran = on_a_full_disk(&course, arguments);
        assert_eq!(ran.code, 0, "`{arguments}`: {}", ran.all());
    }
    course.expect(1, ["run", "greet"]);
    course.expect(0, ["skip", "greet"]);
    assert!(course.read(JOURNAL).starts_with(&journal));
}

/// A place in which neither the journal nor the build folder can be written, by whomever: permissions do
/// not keep out an administrator, as whom tests are run in containers.
fn locked() -> Place {
    let course = Place::course();
    course.solve("add_up");
    course.expect(0, ["run", "add_up"]);
    let lock = course.path(".workbook/journal.jsonl.lock");
    std::fs::remove_file(&lock).expect("it was locked");
    std::fs::create_dir(lock).expect("folders can be made");
    course
}

#[test]
fn a_desk_that_can_not_be_written_can_be_read() {
    let course = locked();
    let journal = course.read(JOURNAL);
    for arguments in ["list", "progress", "show"] {
        course.expect(0, [arguments]);
    }
    course
        .expect(0, ["verify", "add_up"])
        .says("1 of them unchanged");
    for arguments in [["skip", "greet"], ["run", "greet"], ["hint", "greet"]] {
        course
            .expect(3, arguments)
            .complains("journal.jsonl.lock` can be written");
    }
    std::fs::remove_dir_all(course.path("target")).expect("it was built");
    course.write("target", "a file");
    course
        .expect(3, ["run", "greet"])
        .complains("failed to lay out the build folder");
    assert_eq!(course.read(JOURNAL), journal);
}

#[cfg(target_os = "linux")]
#[test]
fn a_pass_that_can_not_be_recorded_is_shown_and_said_not_to_be() {
    let course = locked();
    let mut command = course.command();
    command.args(["watch", "add_up"]);
    let mut shown = crate::pty::Shown::start(&command, 80, 30);
    shown.wait_for("2 of 2 checks");
    shown.wait_for("failed to record the verdict");
    assert!(!shown.screen().contains("Recorded."), "{}", shown.screen());
    shown.press("q");
    assert_eq!(shown.end(), Some(0));
    shown.assert_given_back();
}

#[test]
fn a_broken_manifest_of_a_member_is_named_and_reset_mends_it() {
    let desk = Place::desk();
    desk.solve("add_up");
    let manifest = "exercises/basics/add_up/Cargo.toml";
    let before = desk.read(manifest);
    desk.write(manifest, "[package\n");
    // It does not count, and that is said.
    let ran = desk.expect(0, ["run", "add_up"]);
    ran.says(&format!("your change to `{manifest}` does not count"));
    desk.expect(0, ["reset", "add_up"]);
    assert_eq!(desk.read(manifest), before);
    let ran = desk.expect(1, ["run", "add_up"]);
    assert!(!ran.stdout.contains("does not count"), "{}", ran.all());

    // In a clone it is the course itself that is broken.
    let course = Place::course();
    course.write(manifest, "[package\n");
    let ran = course.run(["run", "add_up"]);
    assert_eq!(ran.code, 3, "{}", ran.all());
    assert!(
        ran.all().contains(&format!("{manifest}:1:")),
        "{}",
        ran.all()
    );
}
