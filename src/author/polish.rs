//! What a reader of the code sees before any test: its format, and what clippy says.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::bar::Bar;
use super::trial::{Proof, Role, Trial};
use crate::candidate::{Candidate, CandidateFile, Environment};
use crate::engine::{Engine, EngineError};

/// Files that are not formatted as rustfmt would. Wrong attempts count too: the compiler's messages about
/// them are shown.
pub(super) fn look_at_format(trials: &[&Trial], environment: &Environment) -> Vec<Proof> {
    let edition = edition(environment);
    let mut complaints = Vec::new();
    for trial in with_manners(trials) {
        let exercise = &trial.candidate.exercise;
        let files = trial.candidate.files.iter().filter(|file| {
            let is_rust = file.path.extension().is_some_and(|it| it == "rs");
            // Pristine files are the same for all of them.
            is_rust && (trial.role() == Role::Starter || exercise.owns(&file.path))
        });
        for file in files {
            if let Err(why) = is_formatted(file, &edition) {
                complaints.push(trial.complaint(format!("`{}` {why}", file.path.display())));
            }
        }
    }
    complaints
}

/// The trials of exercises that are held to the course's own manners.
fn with_manners<'t>(trials: &[&'t Trial]) -> impl Iterator<Item = &'t Trial> {
    let trials = trials.iter().copied();
    trials.filter(|trial| Bar::of(&trial.candidate.exercise).manners)
}

/// By standard input, where rustfmt does not ask for the file's modules. What it prints is compared: with
/// `--check` it exits with 0 there, whatever it finds.
fn is_formatted(file: &CandidateFile, edition: &str) -> Result<(), String> {
    let missing =
        |_| "can't be checked: `rustup component add rustfmt` installs rustfmt".to_owned();
    let mut child = Command::new("rustfmt")
        .args(["--edition", edition])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(missing)?;
    // Rustfmt reads all before it prints. What it does not read it will complain of.
    let _ = child
        .stdin
        .take()
        .map(|mut input| input.write_all(&file.bytes));
    let output = child.wait_with_output().map_err(missing)?;
    if output.status.success() && output.stdout == file.bytes {
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

/// What clippy's default lints say of references and alternatives, a line each.
pub(super) fn look_with_clippy(
    engine: &Engine<'_>,
    trials: &[&Trial],
) -> Result<Vec<Proof>, EngineError> {
    let good: Vec<&Trial> = with_manners(trials)
        .filter(|trial| matches!(trial.role(), Role::Reference | Role::Alternative))
        .collect();
    let candidates: Vec<Candidate> = good.iter().map(|trial| trial.candidate.clone()).collect();
    let mut complaints = Vec::new();
    for (trial, messages) in good.into_iter().zip(engine.lint(&candidates)?) {
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
