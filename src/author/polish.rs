//! What a reader of the code sees before any test: its format, and what clippy says.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use super::bar::Bar;
use super::trial::{Proof, Role, Trial};
use crate::candidate::{Candidate, Environment};
use crate::engine::{Engine, EngineError};

/// Files that are not formatted as rustfmt would. Wrong attempts count too: the compiler's messages about
/// them are shown.
pub(super) fn look_at_format(trials: &[&Trial], environment: &Environment) -> Vec<Proof> {
    let edition = edition(environment);
    let rustfmt = rustfmt();
    // Many candidates have a file in common; each is looked at once.
    let mut files: BTreeMap<&[u8], Vec<(&Trial, &Path)>> = BTreeMap::new();
    for trial in with_manners(trials) {
        let exercise = &trial.candidate.exercise;
        let own = trial.candidate.files.iter().filter(|file| {
            let is_rust = file.path.extension().is_some_and(|it| it == "rs");
            // Pristine files are the same for all of them.
            is_rust && (trial.role() == Role::Starter || exercise.owns(&file.path))
        });
        for file in own {
            let places = files.entry(&file.bytes).or_default();
            places.push((trial, &file.path));
        }
    }
    let left = Mutex::new(files.into_iter());
    let complaints = Mutex::new(Vec::new());
    let look = || {
        // The lock is let go of before rustfmt is asked.
        while let Some((bytes, places)) = { left.lock().map_or(None, |mut left| left.next()) } {
            let Err(why) = is_formatted(bytes, &rustfmt, &edition) else {
                continue;
            };
            let found = places
                .iter()
                .map(|(trial, path)| trial.complaint(format!("`{}` {why}", path.display())));
            if let Ok(mut complaints) = complaints.lock() {
                complaints.extend(found);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..thread::available_parallelism().map_or(1, usize::from) {
            // Without it this takes longer.
            let _ = thread::Builder::new().spawn_scoped(scope, look);
        }
        look();
    });
    let mut complaints = complaints.into_inner().unwrap_or_default();
    complaints.sort_by(|one, other| {
        one.candidate
            .cmp(&other.candidate)
            .then_with(|| one.what.cmp(&other.what))
    });
    complaints
}

/// The program itself rather than rustup's stand-in, which takes some 30 ms to find it each time.
fn rustfmt() -> PathBuf {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output();
    let sysroot = output.ok().and_then(|it| String::from_utf8(it.stdout).ok());
    let program = sysroot.map(|sysroot| {
        let name = format!("rustfmt{}", std::env::consts::EXE_SUFFIX);
        Path::new(sysroot.trim()).join("bin").join(name)
    });
    program
        .filter(|program| program.is_file())
        .unwrap_or_else(|| PathBuf::from("rustfmt"))
}

/// The trials of exercises that are held to the course's own manners.
fn with_manners<'t>(trials: &[&'t Trial]) -> impl Iterator<Item = &'t Trial> {
    let trials = trials.iter().copied();
    trials.filter(|trial| Bar::of(&trial.candidate.exercise).manners)
}

/// By standard input, where rustfmt does not ask for the file's modules. What it prints is compared: with
/// `--check` it exits with 0 there, whatever it finds.
fn is_formatted(bytes: &[u8], rustfmt: &Path, edition: &str) -> Result<(), String> {
    let missing =
        |_| "can't be checked: `rustup component add rustfmt` installs rustfmt".to_owned();
    let mut child = Command::new(rustfmt)
        .args(["--edition", edition])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(missing)?;
    // Rustfmt reads all before it prints. What it does not read it will complain of.
    let _ = child.stdin.take().map(|mut input| input.write_all(bytes));
    let output = child.wait_with_output().map_err(missing)?;
    if output.status.success() && output.stdout == bytes {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    match said.lines().find(|line| line.starts_with("error")) {
        Some(error) => Err(format!("can't be formatted: {error}")),
        None => Err("is not formatted; run `rustfmt` on it".to_owned()),
    }
}

/// The edition that members inherit.
fn edition(environment: &Environment) -> String {
    let package = environment
        .manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("package"));
    let edition = package.and_then(|package| package.get("edition")?.as_str());
    edition.unwrap_or("2024").to_owned()
}

/// What clippy's default lints say of references and alternatives, and of the tests, a line each.
pub(super) fn look_with_clippy(
    engine: &Engine<'_>,
    trials: &[&Trial],
) -> Result<Vec<Proof>, EngineError> {
    let good: Vec<&Trial> = with_manners(trials)
        .filter(|trial| matches!(trial.role(), Role::Reference | Role::Alternative))
        .collect();
    let candidates: Vec<Candidate> = good.iter().map(|trial| trial.candidate.clone()).collect();
    // The tests of an alternative are the reference's, unless the learner writes them.
    let has_own = |trial: &&Trial| {
        trial.role() == Role::Reference || trial.candidate.exercise.suite.is_some()
    };
    let with_tests: Vec<bool> = good.iter().map(has_own).collect();
    let mut complaints = Vec::new();
    for (trial, messages) in good.into_iter().zip(engine.lint(&candidates, &with_tests)?) {
        // A library is looked at once for itself and once for each of its tests.
        let lines: BTreeSet<String> = messages.iter().map(|it| in_a_line(it)).collect();
        complaints.extend(lines.into_iter().map(|line| trial.complaint(line)));
    }
    Ok(complaints)
}

/// The message and its place.
fn in_a_line(rendered: &str) -> String {
    let plain = anstream::adapter::strip_str(rendered).to_string();
    let mut lines = plain.lines().map(str::trim);
    let what = lines.next().unwrap_or_default().to_owned();
    match lines.find_map(|line| line.strip_prefix("--> ")) {
        Some(place) => format!("clippy says `{what}` at {place}"),
        None => format!("clippy says `{what}`"),
    }
}
