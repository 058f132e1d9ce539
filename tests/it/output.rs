//! Manners: the program's output off a terminal and on one, in logs, pipes and scripts.

use std::process::{Command, Stdio};

use crate::support::{Place, Ran};

/// Marks for eyes. A dot between words is punctuation.
const MARKS: [char; 9] = ['✓', '✗', '•', '–', '←', '█', '░', '■', '…'];

/// A place in which there is a bit of everything to be told: passed, failing, broken, skipped, with
/// warnings and with an error of the compiler.
fn lively() -> Place {
    let course = Place::course();
    course.solve("add_up");
    course.solve("tally");
    course.expect(0, ["verify", "add_up", "tally"]);
    course.write(
        "exercises/basics/tally/src/lib.rs",
        "pub fn tally(n: u64) -> (u64, u64) {\n    let unused = 1;\n    (0, n)\n}\n",
    );
    course.write(
        "exercises/basics/greet/src/lib.rs",
        "pub fn greet(_: &str) -> String {\n    1\n}\n",
    );
    course.expect(1, ["verify"]);
    course.expect(0, ["skip", "lay_floor"]);
    course
}

/// Commands that print much, with their exit codes in a lively place.
const COMMANDS: [(i32, &[&str]); 16] = [
    (0, &["list"]),
    (0, &["list", "--objectives"]),
    (1, &["next"]),
    (1, &["run", "tally", "--verbose"]),
    (1, &["verify", "--verbose"]),
    (0, &["show"]),
    (0, &["hint"]),
    (0, &["notes"]),
    (0, &["solution", "add_up"]),
    (0, &["debrief", "add_up"]),
    (0, &["diff", "tally"]),
    (0, &["progress"]),
    (0, &["doctor"]),
    (0, &["--help"]),
    (2, &["run", "nonsense"]),
    (2, &["lst"]),
];

fn run(place: &Place, arguments: &[&str], change: impl Fn(&mut Command)) -> Ran {
    let mut command = place.command();
    command.args(arguments);
    change(&mut command);
    let output = command.output().expect("the program can be started");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("it is text"),
        stderr: String::from_utf8(output.stderr).expect("it is text"),
    }
}

fn has_escapes(ran: &Ran) -> bool {
    ran.all().contains('\u{1b}')
}

#[test]
fn off_a_terminal_there_are_no_colours_links_or_bars() {
    let course = lively();
    for (code, arguments) in COMMANDS {
        let ran = course.expect(code, arguments);
        assert!(!has_escapes(&ran), "{arguments:?}: {:?}", ran.all());
        assert!(!ran.all().contains('\r'), "{arguments:?}: {:?}", ran.all());
        // What is asked for is on one stream, complaints are on the other.
        let (empty, full) = if code == 2 {
            (&ran.stdout, &ran.stderr)
        } else {
            (&ran.stderr, &ran.stdout)
        };
        assert!(
            empty.is_empty() && !full.is_empty(),
            "{arguments:?}: {}",
            ran.all()
        );
    }
}

#[test]
fn colours_can_be_asked_for_and_refused() {
    let course = lively();
    let nothing = |_: &mut Command| {};
    let forced = |command: &mut Command| {
        command.env("CLICOLOR_FORCE", "1");
    };
    let refused = |command: &mut Command| {
        command.env("NO_COLOR", "1");
    };
    for arguments in [
        ["list"].as_slice(),
        &["run", "greet"],
        &["notes"],
        &["run", "nonsense"],
        &["--help"],
        &["lst"],
    ] {
        let check = |flags: &[&str], change: &dyn Fn(&mut Command), expected| {
            let arguments = [arguments, flags].concat();
            let ran = run(&course, &arguments, change);
            assert_eq!(
                has_escapes(&ran),
                expected,
                "{arguments:?}: {:?}",
                ran.all()
            );
        };
        check(&["--color", "always"], &nothing, true);
        check(&["--color=always"], &refused, true);
        check(&[], &forced, true);
        check(&["--color", "never"], &forced, false);
        check(&["--plain"], &forced, false);
        check(&[], &refused, false);
        check(&["--color", "auto"], &nothing, false);
    }
}

#[test]
fn json_and_junit_never_have_colours() {
    let course = lively();
    for arguments in [
        ["verify", "--json"].as_slice(),
        &["verify", "--format", "junit"],
        &["run", "greet", "--json"],
        &["next", "--json"],
        &["list", "--json"],
        &["list", "--objectives", "--json"],
        &["show", "--json"],
        &["hint", "--json"],
        &["progress", "--json"],
        &["doctor", "--json"],
    ] {
        let ran = run(
            &course,
            &[arguments, &["--color", "always"]].concat(),
            |_| {},
        );
        let text = ran.stdout.to_lowercase();
        assert!(
            !has_escapes(&ran) && !text.contains("\\u001b"),
            "{}",
            ran.all()
        );
        assert!(!text.trim().is_empty(), "{arguments:?}");
    }
}

#[test]
fn plain_has_words_in_place_of_marks() {
    let course = lively();
    for (_, arguments) in COMMANDS {
        let ran = run(&course, &[arguments, &["--plain"]].concat(), |_| {});
        assert!(!ran.all().contains(MARKS), "{arguments:?}: {}", ran.all());
    }
    let plain = |arguments: &[&str]| run(&course, &[arguments, &["--plain"]].concat(), |_| {});
    plain(&["list"])
        .says("passed add_up")
        .says("open greet")
        .says("broken tally")
        .says("skipped lay_floor")
        .says("Greet (next)");
    plain(&["verify"])
        .says("passed: add_up unchanged")
        .says("failed: greet");
    plain(&["run", "add_up"]).says("passed: 2 and 2 are 4");
    plain(&["next"]).says("2 of 5, 2 passed");
    plain(&["list", "--objectives"])
        .says("reached: basics.adding")
        .says("not taught: basics.untaught");
    plain(&["doctor"]).says("ok: cargo");
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let course = lively();
    for (code, arguments) in COMMANDS
        .iter()
        .chain(&[(0, ["completions", "zsh"].as_slice())])
    {
        let mut command = course.command();
        command
            .args(*arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program can be started");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(*code), "{arguments:?}: {stderr}");
        let expected_silence = *code != 2;
        assert_eq!(
            stderr.is_empty(),
            expected_silence,
            "{arguments:?}: {stderr}"
        );
        assert!(
            !stderr.to_lowercase().contains("pipe"),
            "{arguments:?}: {stderr}"
        );
        assert!(!stderr.contains("panicked"), "{arguments:?}: {stderr}");
    }
}

#[cfg(unix)]
#[test]
fn neither_a_terminal_nor_input_nor_a_terminal_s_name_is_needed() {
    let course = Place::course();
    for arguments in ["next", "list", "hint", "reset add_up", "verify add_up"] {
        let program = course.command().get_program().to_owned();
        let script = format!("exec \"$0\" {arguments} <&-");
        let mut command = Command::new("sh");
        command
            .current_dir(&course.root)
            .args(["-c", &script])
            .arg(program);
        let output = command
            .env_remove("TERM")
            .output()
            .expect("there is a shell");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{arguments}: {stderr}"
        );
        assert_eq!(stderr, "", "{arguments}");
        assert!(!output.stdout.is_empty(), "{arguments}");
    }
}

#[test]
fn commands_in_texts_are_those_that_the_user_can_type() {
    let course = Place::course();
    // As under the alias `cargo workbook`, where there may be no `workbook` to call.
    let by_cargo = |command: &mut Command| {
        command.env("CARGO_PKG_NAME", "workbook");
    };
    run(&course, &["run", "add_up"], by_cargo).says("`cargo workbook hint add_up`");
    run(&course, &["solution", "add_up"], by_cargo).complains("`cargo workbook hint add_up`");
    run(&course, &["run", "add_up"], |command| {
        // Set by a cargo that runs another program, which runs this one.
        command.env("CARGO_PKG_NAME", "other");
    })
    .says("`workbook hint add_up`");
}

#[test]
fn an_error_is_said_once() {
    let course = Place::course();
    let ran = course.expect(2, ["run", "ad_up"]);
    assert_eq!(
        ran.stderr,
        "error: failed to find an exercise `ad_up`; did you mean `add_up`?\n"
    );
    let ran = course.expect(2, ["-C", "nowhere", "list"]);
    assert_eq!(ran.stderr.matches("nowhere").count(), 1, "{}", ran.all());
    ran.complains("  because: ");
}

#[cfg(target_os = "linux")]
mod in_a_terminal {
    use super::{COMMANDS, lively};
    use crate::support::Place;
    use crate::terminal::run_in_terminal;

    fn show(place: &Place, arguments: &[&str], columns: u16) -> String {
        let mut command = place.command();
        command.args(arguments);
        run_in_terminal(command, columns).1
    }

    fn widest_line(text: &str) -> (usize, String) {
        let text = anstream::adapter::strip_str(text).to_string();
        let lines = text
            .lines()
            .map(|line| (line.chars().count(), line.to_owned()));
        lines.max().unwrap_or_default()
    }

    #[test]
    fn there_are_colours_and_paths_are_links() {
        let course = lively();
        let shown = show(&course, &["next"], 80);
        assert!(shown.contains("\u{1b}["), "{shown:?}");
        let file = course.path("exercises/basics/greet/src/lib.rs");
        assert!(
            shown.contains(&format!("\u{1b}]8;;file://{}\u{1b}\\", file.display())),
            "{shown:?}"
        );
    }

    #[test]
    fn colours_can_be_refused() {
        let course = lively();
        for (_, arguments) in COMMANDS {
            let mut command = course.command();
            command.args(arguments).env("NO_COLOR", "1");
            // Progress may be drawn on a terminal: that is movement, and no colour.
            let (_, shown) = run_in_terminal(command, 80);
            assert!(!shown.contains("\u{1b}[3"), "{arguments:?}: {shown:?}");
            assert!(!shown.contains("\u{1b}]8"), "{arguments:?}: {shown:?}");
            let plain = show(&course, &[arguments, &["--plain"]].concat(), 80);
            assert!(!plain.contains('\u{1b}'), "{arguments:?}: {plain:?}");
        }
        for ci in [None, Some("true")] {
            let mut command = course.command();
            command.args(["list"]).env("TERM", "dumb");
            command.envs(ci.map(|value| ("CI", value)));
            let (code, shown) = run_in_terminal(command, 80);
            assert_eq!(code, Some(0));
            assert!(!shown.contains('\u{1b}'), "CI={ci:?}: {shown:?}");
        }
    }

    #[test]
    fn lists_and_texts_stay_within_a_narrow_terminal() {
        let course = lively();
        course.replace(
            "curriculum.toml",
            "First week",
            "Week 1: a title as long as they are",
        );
        course.replace(
            "exercises/basics/greet/exercise.toml",
            "\"Greet\"",
            "\"A title that nobody would call short, about how to greet\"",
        );
        for columns in [40, 60, 80] {
            for arguments in [
                ["list"].as_slice(),
                &["list", "--plain"],
                &["list", "--week", "1"],
                &["list", "--track", "short"],
                &["progress"],
                &["progress", "--plain"],
                &["notes"],
            ] {
                let shown = show(&course, arguments, columns);
                let (width, line) = widest_line(&shown);
                assert!(
                    width <= usize::from(columns),
                    "{arguments:?} at {columns}: {line}"
                );
            }
            // Cut or left out, but what is next is told.
            let listed = show(&course, &["list"], columns);
            let listed = anstream::adapter::strip_str(&listed).to_string();
            let mut lines = listed.lines();
            assert!(
                lines.any(|line| line.contains("greet") && line.ends_with("← next")),
                "{listed}"
            );
        }
        let listed = show(&course, &["list", "--color=never"], 60);
        assert!(
            listed.contains("greet   15 min  A title that nobod"),
            "{listed}"
        );
        assert!(listed.contains("… ← next"), "{listed}");
    }
}
