//! Calls cargo, and reads what it says while it works.

use std::collections::VecDeque;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use cargo_metadata::Message;

use super::build::{BuildError, Built};
use super::messages::Sorter;
use super::plot::{Plot, Target};
use super::process::{self, Own};
use super::stop::Stop;
use super::world::BuildProgress;
use super::wrapper;
use crate::course::EVERY_WARNING;

/// How much of cargo's own messages is kept for an error.
const STDERR_LINES: usize = 30;

/// What came of a call of cargo.
pub(super) struct CargoOutcome {
    pub success: bool,
    pub built: Built,
    /// The end of what it printed.
    pub stderr: String,
}

impl CargoOutcome {
    /// Cargo was told to stay offline and lacks a package. Its texts for that are several; all of them
    /// name the flag or the registry's index.
    pub fn needs_network(&self) -> bool {
        !self.success
            && self.built.packages.is_empty()
            && [
                "--offline",
                "offline was specified",
                "attempting to make an HTTP request",
                "no matching package",
            ]
            .iter()
            .any(|sign| self.stderr.contains(sign))
    }
}

fn cargo(workspace: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(workspace).stdin(Stdio::null());
    forget_cargo(&mut command);
    process::in_own_group(&mut command);
    command
}

/// Takes out of the environment what the cargo that may have started us set for another package.
pub(super) fn forget_cargo(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
}

/// What cargo is asked to do with the plots.
#[derive(Clone, Copy)]
pub(super) enum Job<'l> {
    /// Build every target.
    Build,
    /// Look at the learner's own code and the plots' tests with these lints, and no other.
    Clippy(&'l [String]),
}

/// Where and how cargo is called.
pub(super) struct Call<'a> {
    pub workspace: &'a Path,
    /// Cargo's target directory.
    pub target: &'a Path,
    /// Whether it keeps what the next edit could use.
    pub is_incremental: bool,
    pub stand_in: Option<StandIn<'a>>,
    /// Programs that tests of other packages than their own start, each with the variable that tells where it is.
    pub programs: &'a [(String, PathBuf)],
}

/// A program that stands in for rustc.
#[derive(Clone, Copy)]
pub(super) struct StandIn<'a> {
    pub program: &'a Path,
    /// Where it keeps object code from one build to the next.
    pub objects: &'a Path,
    /// Where it writes down what cargo asks for, if somebody wants to know.
    pub records: Option<&'a Path>,
    /// Which crates are compiled with what their last compilation has left, if any.
    pub incremental: Option<&'a str>,
}

/// Calls cargo for these plots.
pub(super) fn run(
    call: &Call<'_>,
    job: Job<'_>,
    plots: &[Plot],
    on: &mut dyn FnMut(BuildProgress),
    stop: &Stop,
) -> Result<CargoOutcome, BuildError> {
    let mut command = cargo(call.workspace);
    // `cargo test` has no `--keep-going`; `build` makes the same test binaries.
    command.arg(if matches!(job, Job::Build) {
        "build"
    } else {
        "clippy"
    });
    command
        .args(["--keep-going", "--offline"])
        .arg("--message-format=json-diagnostic-rendered-ansi")
        .arg("--target-dir")
        .arg(call.target)
        // The progress bar is cargo's one report of how many units there are.
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "120")
        .env("CARGO_TERM_COLOR", "never")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if !call.is_incremental {
        command.env("CARGO_INCREMENTAL", "0");
    }
    command.envs(call.programs.iter().cloned());
    if let Some(stand_in) = call.stand_in {
        command.env("RUSTC_WORKSPACE_WRAPPER", stand_in.program);
        command.env(wrapper::OBJECTS, stand_in.objects);
        command.envs(stand_in.records.map(|records| (wrapper::RECORDS, records)));
        let incremental = stand_in.incremental;
        command.envs(incremental.map(|which| (wrapper::INCREMENTAL, which)));
    }
    let mut packages: Vec<&str> = plots.iter().map(|plot| plot.package.as_str()).collect();
    packages.sort_unstable();
    packages.dedup();
    for package in &packages {
        command.args(["-p", package]);
    }
    match job {
        Job::Build => {
            let mut targets: Vec<&Target> = plots.iter().flat_map(|plot| &plot.targets).collect();
            targets.sort_unstable();
            targets.dedup();
            if targets.is_empty() {
                command.arg("--lib");
            }
            for target in targets {
                match target {
                    Target::Own => command.args(["--lib", "--bins"]),
                    Target::Test(name) => command.args(["--test", name]),
                    Target::Program(_) | Target::Prediction(_) => {
                        command.arg("--example").args(target.example())
                    }
                };
            }
        }
        Job::Clippy(lints) => {
            command.args(["--lib", "--bins"]);
            let tests = plots.iter().flat_map(|plot| &plot.targets);
            let mut tests: Vec<&str> = tests
                .filter_map(|target| match target {
                    Target::Test(name) => Some(name.as_str()),
                    Target::Own | Target::Program(_) | Target::Prediction(_) => None,
                })
                .collect();
            tests.sort_unstable();
            tests.dedup();
            for test in tests {
                command.args(["--test", test]);
            }
            command.args(["--", "--cap-lints=warn", "-Aclippy::all"]);
            for lint in lints {
                let lint = if lint == EVERY_WARNING {
                    "clippy::all"
                } else {
                    lint
                };
                command.args(["-W", lint]);
            }
        }
    }

    let mut own = process::spawn_tool(&mut command).map_err(BuildError::NoCargo)?;
    let mut sorter = Sorter::new(&packages);
    let mut stderr = LastLines::default();
    let watched = follow(&mut own, stop, &mut |piece| match piece {
        Piece::Message(message) => sorter.take(*message, on),
        Piece::Line(line) => match parse_progress(&line) {
            Some((done, total, crates)) => on(BuildProgress::Units {
                done,
                total,
                crates,
            }),
            None => stderr.push(line),
        },
    });
    let status = watched.map_err(BuildError::NoCargo)?;
    if stop.is_raised() {
        return Err(BuildError::Stopped);
    }
    Ok(CargoOutcome {
        success: status,
        built: sorter.built,
        stderr: stderr.text(),
    })
}

/// Brings what is missing from the registry.
pub(super) fn fetch(workspace: &Path, stop: &Stop) -> Result<(), BuildError> {
    let mut command = cargo(workspace);
    command
        .arg("fetch")
        .env("CARGO_TERM_COLOR", "never")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut own = process::spawn_tool(&mut command).map_err(BuildError::NoCargo)?;
    let mut stderr = LastLines::default();
    let success = follow(&mut own, stop, &mut |piece| {
        if let Piece::Line(line) = piece {
            stderr.push(line);
        }
    });
    if stop.is_raised() {
        return Err(BuildError::Stopped);
    }
    if success.map_err(BuildError::NoCargo)? {
        return Ok(());
    }
    Err(BuildError::Fetch {
        message: stderr.text(),
    })
}

pub(super) enum Piece {
    Message(Box<Message>),
    /// A line of standard error, ended by a line break or, for the progress bar, a carriage return.
    Line(String),
}

/// Reads the process of cargo, or of rustc, to its end, or ends its whole group when asked to stop. Returns whether it
/// succeeded.
pub(super) fn follow(
    own: &mut Own,
    stop: &Stop,
    take: &mut dyn FnMut(Piece),
) -> std::io::Result<bool> {
    let child = &mut own.child;
    let (sender, pieces) = mpsc::channel();
    let stdout = child.stdout.take();
    let stderr = child.stderr.take();
    let messages = sender.clone();
    let out = thread::Builder::new()
        .name("cargo-stdout".to_owned())
        .spawn(move || {
            let Some(stdout) = stdout else { return };
            for message in Message::parse_stream(BufReader::new(stdout)).map_while(Result::ok) {
                if messages.send(Piece::Message(Box::new(message))).is_err() {
                    return;
                }
            }
        })?;
    let err = thread::Builder::new()
        .name("cargo-stderr".to_owned())
        .spawn(move || {
            let Some(stderr) = stderr else { return };
            let mut line = Vec::new();
            for byte in BufReader::new(stderr).bytes().map_while(Result::ok) {
                if byte == b'\n' || byte == b'\r' {
                    let text = String::from_utf8_lossy(&line).into_owned();
                    line.clear();
                    if !text.trim().is_empty() && sender.send(Piece::Line(text)).is_err() {
                        return;
                    }
                } else {
                    line.push(byte);
                }
            }
        })?;
    loop {
        match pieces.recv_timeout(Duration::from_millis(20)) {
            Ok(piece) => take(piece),
            Err(mpsc::RecvTimeoutError::Timeout) if stop.is_raised() => {
                process::kill_group(child);
                break;
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
        if stop.is_raised() {
            process::kill_group(child);
            break;
        }
    }
    let status = child.wait()?;
    // Both readers end with the pipes; a panic in one would be a bug that must not pass in silence.
    let readers = [out.join(), err.join()];
    if readers.iter().any(Result::is_err) {
        return Err(std::io::Error::other("a reader of cargo's output panicked"));
    }
    Ok(status.success())
}
/// `Building [====>   ] 12/45: tokio, axum` → (12, 45, "tokio, axum").
fn parse_progress(line: &str) -> Option<(u32, u32, String)> {
    let rest = line.trim_start().strip_prefix("Building [")?;
    let (_, rest) = rest.split_once("] ")?;
    let (count, crates) = rest.split_once(": ").unwrap_or((rest, ""));
    let (done, total) = count.trim().split_once('/')?;
    let crates = crates.trim_end_matches("...").trim_end_matches(", ").trim();
    Some((
        done.parse().ok()?,
        total.trim().parse().ok()?,
        crates.to_owned(),
    ))
}

#[derive(Default)]
struct LastLines(VecDeque<String>);

impl LastLines {
    fn push(&mut self, line: String) {
        if self.0.len() == STDERR_LINES {
            self.0.pop_front();
        }
        self.0.push_back(line);
    }

    fn text(self) -> String {
        Vec::from(self.0).join("\n").trim().to_owned()
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_s_progress_bar_is_understood() {
        let check = |line: &str, expected: Option<(u32, u32, &str)>| {
            let expected = expected.map(|(done, total, crates)| (done, total, crates.to_owned()));
            assert_eq!(parse_progress(line), expected, "{line}");
        };
        check(
            "    Building [=====>     ] 12/45: tokio, axum(build)",
            Some((12, 45, "tokio, axum(build)")),
        );
        check(
            "    Building [=====>     ] 12/45: tokio, ...",
            Some((12, 45, "tokio")),
        );
        check("    Building [===========] 45/45", Some((45, 45, "")));
        check("   Compiling tokio v1.54.1", None);
        check(
            "    Blocking waiting for file lock on build directory",
            None,
        );
    }
}
