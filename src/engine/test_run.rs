//! Talks to test binaries of the standard harness: lists their tests, and runs one at a time.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::binary::Binary;
use super::capture::Captured;
use super::process::{End, Ended, Limit, ProcessError, run_to_end};
use super::schemata::VARIABLE;
use super::stop::Stop;
use super::verdict::{CheckState, Failure, TestOutput};
use crate::candidate::SERVERS;
use crate::course::Limits;

/// What a test process may see of the environment, besides the servers that a few exercises can use: enough to
/// find programs and the home directory. Everything else would make a verdict depend on who runs it.
const PASSED_ON: [&str; 6] = [
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "SystemRoot",
    "USERPROFILE",
];

/// A test binary that needs longer than this to list its tests does not get to its `main`.
const LIST_LIMIT: Limit = Limit {
    wall: Duration::from_secs(30),
    output_bytes: 4 * 1024 * 1024,
};

pub(super) fn list(executable: &Path, stop: &Stop) -> Result<Vec<String>, ProcessError> {
    let mut command = Command::new(executable);
    command.args(["--list", "--format", "terse"]);
    reduce_environment(&mut command);
    let ended = run_to_end(command, LIST_LIMIT, stop)?;
    let text = ended.stdout.text();
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    Ok(names.map(str::to_owned).collect())
}

/// Which tests of a binary to run.
#[derive(Debug, Clone, Copy)]
pub enum RunTests<'t> {
    /// The one with this name.
    One(&'t str),
    /// All: a learner's own suite.
    All,
    /// It is no test binary but a program, and runs as it is.
    Program,
    /// The one with this name, with a record of where it spends time and where it allocates.
    Recorded(&'t str),
}

/// A test process that is over.
#[derive(Debug)]
pub struct TestRun {
    /// How it ended, and what it printed.
    pub ended: Ended,
    /// What the harness noted of each test in a file of its own. `None` if it has no such file.
    pub notes: Option<String>,
    /// The figures that were reported.
    pub figures: Vec<(String, f64)>,
    /// What was recorded, if that was asked for.
    pub recording: Option<String>,
}

pub(super) fn run(
    executable: &Binary,
    tests: RunTests<'_>,
    limits: &Limits,
    stop: &Stop,
) -> Result<TestRun, ProcessError> {
    if matches!(tests, RunTests::Program) {
        return run_once(executable, tests, false, limits, stop);
    }
    let with_notes = run_once(executable, tests, true, limits, stop)?;
    if with_notes.notes.is_none() && with_notes.ended.stderr.text().contains(NO_LOG_FILE) {
        return run_once(executable, tests, false, limits, stop);
    }
    Ok(with_notes)
}

/// What a harness says that has taken leave of `--logfile`, which is deprecated.
const NO_LOG_FILE: &str = "Unrecognized option: 'logfile'";

fn run_once(
    executable: &Binary,
    tests: RunTests<'_>,
    with_notes: bool,
    limits: &Limits,
    stop: &Stop,
) -> Result<TestRun, ProcessError> {
    let failed = |source| ProcessError {
        program: executable.path.clone(),
        source,
    };
    // Its own folder: for its temporary files, and to be its working directory.
    let own = TempDir::with_prefix("workbook-test-").map_err(failed)?;
    let work = own.path().join("work");
    std::fs::create_dir(&work).map_err(failed)?;
    let figures = own.path().join("figures");
    let notes = own.path().join("notes");
    let mut command = Command::new(&executable.path);
    command.current_dir(&work);
    if !matches!(tests, RunTests::Program) {
        // Uncaptured: what was printed before a crash or an early exit would be lost otherwise.
        command.args(["--quiet", "--nocapture"]);
    }
    if with_notes {
        // Standard output is the test's too: what it prints, and what a thread or a process that it left
        // running prints after the harness, could be taken for a result or hide one.
        command.arg("--logfile").arg(&notes);
    }
    if let RunTests::One(test) | RunTests::Recorded(test) = tests {
        command.args(["--exact", &executable.full_name(test)]);
    } else if let (RunTests::All, Some(module)) = (tests, &executable.module) {
        // A filter is a part of the name, and no other name has this one in it.
        command.arg(format!("{}::", module.name));
    }
    reduce_environment(&mut command);
    command
        .env("TMPDIR", own.path())
        .env("TMP", own.path())
        .env("TEMP", own.path());
    command.env("WORKBOOK_FIGURES", &figures);
    if let Some(number) = executable.variant {
        command.env(VARIABLE, number.to_string());
    }
    let recording = own.path().join("profile");
    let mut wall = limits.test_wall;
    if let RunTests::Recorded(_) = tests {
        command.env("WORKBOOK_PROFILE", &recording);
        wall += RECORDING;
    }
    let limit = Limit {
        wall,
        output_bytes: limits.output_bytes,
    };
    let mut ended = run_to_end(command, limit, stop)?;
    executable.tidy(&mut ended.stdout);
    executable.tidy(&mut ended.stderr);
    let reported = std::fs::read_to_string(&figures).unwrap_or_default();
    Ok(TestRun {
        ended,
        notes: std::fs::read_to_string(&notes).ok(),
        figures: parse_figures(&reported),
        recording: read_recording(&recording),
    })
}

/// What a record takes beyond what the test takes: the sampler stops by itself after 5 s.
const RECORDING: Duration = Duration::from_secs(10);

/// Samples fit in a hundredth of it; the process could have written anything.
const RECORDING_BYTES: u64 = 256 * 1024 * 1024;

fn read_recording(path: &Path) -> Option<String> {
    let mut text = String::new();
    let file = File::open(path).ok()?;
    file.take(RECORDING_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}

fn reduce_environment(command: &mut Command) {
    let kept: Vec<(&str, OsString)> = (PASSED_ON.iter().chain(&SERVERS))
        .filter_map(|&name| Some((name, std::env::var_os(name)?)))
        .collect();
    command.env_clear().envs(kept);
    // A backtrace costs more than the test, and hides the message.
    command.env("RUST_BACKTRACE", "0");
}

fn parse_figures(text: &str) -> Vec<(String, f64)> {
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    lines
        .filter_map(|(name, value)| Some((name.to_owned(), value.parse::<f64>().ok()?)))
        .filter(|(_, value)| value.is_finite())
        .collect()
}

/// What the end of a whole suite says: it passes if it has a test, and every test passed. `None` if it was
/// stopped on request.
pub(super) fn interpret_suite(run: &TestRun, limits: &Limits) -> Option<CheckState> {
    let ended = &run.ended;
    let raw = ended.stdout.text();
    let last = raw
        .trim_end()
        .rsplit_once("\ntest result: ")
        .map(|(_, last)| last);
    let output = TestOutput {
        stdout: Captured::from_text(raw.trim()),
        stderr: Captured::from_text(&without_harness_notes(&ended.stderr.text())),
        left_behind: ended.left_behind,
    };
    let failure = match (ended.end, last) {
        (End::Stopped, _) => return None,
        (End::TimedOut, _) => Failure::TimedOut {
            after: limits.test_wall,
            output,
        },
        (End::Signalled(signal), _) => Failure::Crashed { signal, output },
        (End::Exited(0), Some(last)) if last.starts_with("ok. 0 passed") => Failure::Missing,
        (End::Exited(0), Some(last)) if !last.contains(" 0 ignored;") => Failure::Ignored,
        (End::Exited(0), Some(last)) if last.starts_with("ok. ") => {
            return Some(CheckState::Passed);
        }
        (End::Exited(_), Some(last)) if last.starts_with("FAILED. ") => {
            Failure::Assertion { output }
        }
        (End::Exited(code), _) => Failure::EarlyExit { code, output },
    };
    Some(CheckState::Failed { failure })
}

/// What the end of a program says of what it printed: `Ok` with its standard output if it ended well, or why
/// nobody can tell. `None` if it was stopped on request.
pub(super) fn interpret_program(run: &TestRun) -> Option<Result<String, String>> {
    Some(match run.ended.end {
        End::Stopped => return None,
        End::Exited(0) => Ok(run.ended.stdout.text()),
        End::TimedOut => Err("did not end in time".to_owned()),
        End::Exited(code) => Err(format!("ended with exit code {code}")),
        End::Signalled(signal) => Err(format!("was ended by signal {signal}")),
    })
}

/// What the end of a test process says of the test. `None` if it was stopped on request.
pub(super) fn interpret(run: &TestRun, limits: &Limits) -> Option<CheckState> {
    let ended = &run.ended;
    let raw = ended.stdout.text();
    let report = Report::of(&raw);
    let result = match run.notes.as_deref() {
        Some(notes) if report.result != Some(HarnessResult::NoTests) => {
            HarnessResult::of_note(notes)
        }
        // Without notes the closing line has to do.
        _ => report.result,
    };
    let output = TestOutput {
        stdout: Captured::from_text(report.printed),
        stderr: Captured::from_text(&without_harness_notes(&ended.stderr.text())),
        left_behind: ended.left_behind,
    };
    let failure = match (ended.end, result) {
        (End::Stopped, _) => return None,
        (End::TimedOut, _) => Failure::TimedOut {
            after: limits.test_wall,
            output,
        },
        (End::Signalled(signal), _) => Failure::Crashed { signal, output },
        // The harness gives its result last: without it the test did not get to its end.
        (End::Exited(0), Some(HarnessResult::Passed)) => return Some(CheckState::Passed),
        (End::Exited(0), Some(HarnessResult::Ignored)) => Failure::Ignored,
        (End::Exited(0), Some(HarnessResult::NoTests)) => Failure::Missing,
        (End::Exited(_), Some(HarnessResult::Failed)) => Failure::Assertion { output },
        (End::Exited(code), _) => Failure::EarlyExit { code, output },
    };
    Some(CheckState::Failed { failure })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HarnessResult {
    Passed,
    Failed,
    Ignored,
    NoTests,
}

impl HarnessResult {
    /// A line for each test: what came of it, and its name.
    fn of_note(notes: &str) -> Option<Self> {
        match notes.split([' ', ':']).next()? {
            "ok" => Some(HarnessResult::Passed),
            "failed" => Some(HarnessResult::Failed),
            "ignored" => Some(HarnessResult::Ignored),
            _ => None,
        }
    }
}

/// Standard output, taken apart into what the test printed and what the harness printed around it.
struct Report<'a> {
    printed: &'a str,
    result: Option<HarnessResult>,
}

impl<'a> Report<'a> {
    fn of(raw: &'a str) -> Self {
        let body = raw.strip_prefix("\nrunning 1 test\n").unwrap_or(raw);
        let Some((body, last)) = body.trim_end().rsplit_once("\ntest result: ") else {
            return Report {
                printed: body,
                result: None,
            };
        };
        let result = match last {
            _ if last.contains('\n') => None,
            _ if last.starts_with("ok. 1 passed; 0 failed; 0 ignored;") => {
                Some(HarnessResult::Passed)
            }
            _ if last.starts_with("ok. 0 passed; 0 failed; 1 ignored;") => {
                Some(HarnessResult::Ignored)
            }
            _ if last.starts_with("ok. 0 passed; 0 failed; 0 ignored;") => {
                Some(HarnessResult::NoTests)
            }
            _ if last.starts_with("FAILED. 0 passed; 1 failed;") => Some(HarnessResult::Failed),
            _ => None,
        };
        // A failed run ends in the list of failures, a passed one in a dot.
        let printed = match body.rfind(" --- FAILED\n") {
            Some(at) if result == Some(HarnessResult::Failed) => {
                body[..at].rfind('\n').map_or("", |line| &body[..line])
            }
            _ => body
                .trim_end()
                .strip_suffix(['.', 'F', 'i'])
                .unwrap_or(body),
        };
        Report { printed, result }
    }
}

/// The standard library's advice to set `RUST_BACKTRACE` does not help here, nor does the harness's that
/// `--logfile` is deprecated: the engine decides both.
fn without_harness_notes(stderr: &str) -> String {
    // It has no line break.
    let deprecated = "warning: `--logfile` is deprecated";
    let stderr = stderr.strip_prefix(deprecated).unwrap_or(stderr);
    let note = "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace";
    let kept: Vec<&str> = stderr.lines().filter(|line| *line != note).collect();
    kept.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_of(end: End, stdout: &str, stderr: &str, notes: Option<&str>) -> TestRun {
        let ended = Ended {
            end,
            stdout: Captured::from_text(stdout),
            stderr: Captured::from_text(stderr),
            took: Duration::ZERO,
            left_behind: 0,
        };
        TestRun {
            ended,
            notes: notes.map(str::to_owned),
            figures: Vec::new(),
            recording: None,
        }
    }

    fn state(end: End, stdout: &str, stderr: &str) -> Option<CheckState> {
        interpret(&run_of(end, stdout, stderr, None), &Limits::default())
    }

    fn failure(end: End, stdout: &str, stderr: &str) -> Failure {
        match state(end, stdout, stderr) {
            Some(CheckState::Failed { failure }) => failure,
            other => panic!("expected a failure, got {other:?}"),
        }
    }

    const PASSED: &str = "\nrunning 1 test\nhi\n.\n\
        test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 5 filtered out; finished in 0.00s\n\n";
    const FAILED: &str = "\nrunning 1 test\nout\nbad --- FAILED\n\nfailures:\n\nfailures:\n    bad\n\n\
        test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 5 filtered out; finished in 0.00s\n\n";

    #[test]
    fn a_pass_needs_the_harness_s_word_and_a_clean_exit() {
        assert_eq!(state(End::Exited(0), PASSED, ""), Some(CheckState::Passed));
        assert!(matches!(
            failure(End::Exited(0), "\nrunning 1 test\n", ""),
            Failure::EarlyExit { code: 0, .. }
        ));
        assert!(matches!(
            failure(End::Exited(3), PASSED, ""),
            Failure::EarlyExit { code: 3, .. }
        ));
        assert!(matches!(
            failure(End::Exited(0), "", ""),
            Failure::EarlyExit { code: 0, .. }
        ));
    }

    #[test]
    fn a_printed_result_line_is_no_result() {
        let forged = "\nrunning 1 test\ntest result: ok. 1 passed; 0 failed; 0 ignored;\nmore\n";
        assert!(matches!(
            failure(End::Exited(0), forged, ""),
            Failure::EarlyExit { .. }
        ));
    }

    #[test]
    fn the_harness_s_notes_count_and_not_what_is_printed() {
        let check = |end: End, stdout: &str, notes: &str, passes: bool| {
            let state = interpret(&run_of(end, stdout, "", Some(notes)), &Limits::default());
            assert_eq!(
                state == Some(CheckState::Passed),
                passes,
                "{stdout:?} with {notes:?}: {state:?}"
            );
        };
        check(End::Exited(0), PASSED, "ok t\n", true);
        check(End::Exited(0), &format!("{PASSED}late\n"), "ok t\n", true);
        check(End::Exited(0), PASSED, "", false);
        check(End::Exited(3), PASSED, "ok t\n", false);
        check(End::Exited(101), FAILED, "failed bad\n", false);
        check(End::Exited(0), PASSED, "ignored: later t\n", false);
    }

    #[test]
    fn a_failed_test_shows_what_it_printed_and_nothing_of_the_harness() {
        let stderr = "warning: `--logfile` is deprecated\nthread 'bad' (7) panicked at tests/checks.rs:2:35:\nboom\n\
            note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        let Failure::Assertion { output } = failure(End::Exited(101), FAILED, stderr) else {
            panic!("an assertion failed");
        };
        assert_eq!(output.stdout.text(), "out");
        assert_eq!(
            output.stderr.text(),
            "thread 'bad' (7) panicked at tests/checks.rs:2:35:\nboom"
        );
    }

    #[test]
    fn ignored_crashed_and_timed_out_are_told_apart() {
        let ignored = "\nrunning 1 test\ni\n\
            test result: ok. 0 passed; 0 failed; 1 ignored; 0 measured; 5 filtered out; finished in 0.00s\n\n";
        assert_eq!(failure(End::Exited(0), ignored, ""), Failure::Ignored);
        assert!(matches!(
            failure(End::Signalled(6), "", "no memory"),
            Failure::Crashed { signal: 6, .. }
        ));
        assert!(matches!(
            failure(End::TimedOut, "", ""),
            Failure::TimedOut { .. }
        ));
        assert_eq!(state(End::Stopped, "", ""), None);
    }

    #[test]
    fn figures_that_are_not_numbers_are_left_out() {
        let read =
            parse_figures("allocations\t12\npeak\tNaN\nbroken\nratio\t1.5\nallocations\t13\n");
        let expected = [("allocations", 12.0), ("ratio", 1.5), ("allocations", 13.0)];
        assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value)));
    }
}
