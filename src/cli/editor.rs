//! The learner's editor.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::course::Exercise;

/// The command of the learner's choice, if there is one.
pub fn chosen() -> Option<Vec<String>> {
    ["VISUAL", "EDITOR"].iter().find_map(|name| {
        let command = std::env::var(name).ok()?;
        // A program whose path has a space in it, and no arguments.
        if Path::new(&command).is_file() {
            return Some(vec![command]);
        }
        let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        (!words.is_empty()).then_some(words)
    })
}

/// The command that opens a file, at a line if one is known and the editor is known to take it.
pub fn open(words: &[String], file: &Path, line: Option<u32>) -> Command {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    let name = Path::new(&words[0]).file_stem().unwrap_or_default();
    let at = |line: u32| {
        let mut place = OsString::from(file);
        place.push(format!(":{line}"));
        place
    };
    match (name.to_str().unwrap_or_default(), line) {
        (
            "vi" | "vim" | "nvim" | "nano" | "emacs" | "emacsclient" | "kak" | "micro",
            Some(line),
        ) => command.arg(format!("+{line}")).arg(file),
        ("hx" | "helix" | "zed" | "subl", Some(line)) => command.arg(at(line)),
        ("code" | "codium" | "cursor", Some(line)) => command.arg("--goto").arg(at(line)),
        _ => command.arg(file),
    };
    command
}

/// Starts the editor, and tells when it was closed.
///
/// # Errors
///
/// If it can't be started.
pub fn start(mut command: Command, tell: impl FnOnce() + Send + 'static) -> io::Result<()> {
    // What an editor leaves running is its user's, not ours.
    crate::engine::share_children();
    let mut child = command.spawn()?;
    std::thread::Builder::new()
        .name("editor".to_owned())
        .spawn(move || {
            // Whatever became of it, the terminal is ours again.
            let _ = child.wait();
            tell();
        })?;
    Ok(())
}

/// The first place in one of an exercise's own files that compiler errors name, as in `--> a/src/lib.rs:3:5`:
/// the file relative to the desk, and the line.
pub fn place_of_error(exercise: &Exercise, errors: &[String]) -> Option<(PathBuf, u32)> {
    let text = |error: &String| anstream::adapter::strip_str(error).to_string();
    let place = |line: &str| {
        let place = line.trim_start().strip_prefix("--> ")?;
        let (rest, _column) = place.rsplit_once(':')?;
        let (path, line) = rest.rsplit_once(':')?;
        let inside = Path::new(path).strip_prefix(&exercise.crate_folder).ok()?;
        let line = line.parse().ok()?;
        exercise.owns(inside).then(|| (PathBuf::from(path), line))
    };
    errors
        .iter()
        .find_map(|error| text(error).lines().find_map(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_that_takes_a_line_is_given_it() {
        let check = |editor: &str, line: Option<u32>, expected: &[&str]| {
            let words: Vec<String> = editor.split(' ').map(str::to_owned).collect();
            let command = open(&words, Path::new("/a/lib.rs"), line);
            let arguments: Vec<_> = command.get_args().collect();
            assert_eq!(arguments, expected, "{editor}");
        };
        check("/usr/bin/vim", Some(3), &["+3", "/a/lib.rs"]);
        check("code --wait", Some(3), &["--wait", "--goto", "/a/lib.rs:3"]);
        check("hx", Some(3), &["/a/lib.rs:3"]);
        check("hx", None, &["/a/lib.rs"]);
        check("ed", Some(3), &["/a/lib.rs"]);
    }

    #[test]
    fn the_first_error_in_an_own_file_tells_where() {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture");
        let course = crate::course::load(&fixture).expect("the fixture is right");
        let mut exercise = course.exercises[0].clone();
        exercise.crate_folder = "a/b".into();
        let check = |errors: &[&str], expected: Option<(&str, u32)>| {
            let errors: Vec<String> = errors.iter().map(|&error| error.to_owned()).collect();
            let expected = expected.map(|(path, line)| (PathBuf::from(path), line));
            assert_eq!(place_of_error(&exercise, &errors), expected, "{errors:?}");
        };
        let coloured = "\x1b[1merror\x1b[0m: no\n  \x1b[34m--> \x1b[0ma/b/src/lib.rs:12:5\n   |";
        check(&[coloured], Some(("a/b/src/lib.rs", 12)));
        // Not the test that calls what is wrong.
        let test = "error: no\n  --> a/b/tests/checks.rs:1:1";
        let other = "error: no\n  --> a/b/src/other.rs:3:1";
        check(&[test, other, coloured], Some(("a/b/src/other.rs", 3)));
        check(&[test], None);
        check(&["error: linking failed"], None);
    }
}
