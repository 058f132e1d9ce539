//! `solution`, `diff` and `debrief`: what comes after a pass, or on request, which is recorded.

use std::path::{Path, PathBuf};

use colored::Colorize as _;
use similar::TextDiff;

use super::args::{DebriefArgs, DiffArgs, DiffWith, SolutionArgs};
use super::{CliError, Config, Exit, browse};
use crate::candidate::{CandidateFile, owned_files};
use crate::course::{self, Exercise};
use crate::desk::{CourseSource, starting_files};
use crate::journal::Event;
use crate::report::{Screen, markdown};

/// `workbook solution`
pub fn solution(
    args: &SolutionArgs,
    config: &mut Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    let exercise = config.named_or_last_passed(args.id.as_deref(), "solution")?;
    allow(config, &exercise, "solution", args.before_pass)?;
    let copy = Copy::of(config, &exercise, "solution")?;
    let solution = course::load_solution(copy.root(), &exercise)?;
    let part = match &args.alternative {
        None => PathBuf::from("reference"),
        Some(name) => {
            let known: Vec<String> = solution
                .alternatives
                .iter()
                .map(|a| a.name.clone())
                .collect();
            if !known.contains(name) {
                let id = exercise.id.clone();
                return Err(CliError::UnknownAlternative {
                    id,
                    name: name.clone(),
                    known,
                });
            }
            Path::new("alternatives").join(name)
        }
    };
    let files = copy.owned(&exercise, &part)?;
    if files.is_empty() {
        came_without(&exercise, "solution")?;
    }
    record_shown(config, &exercise)?;
    for file in files {
        screen.line(file.path.display().to_string().bold().to_string());
        screen.line(String::from_utf8_lossy(&file.bytes).trim_end());
        screen.gap();
    }
    for alternative in &solution.alternatives {
        screen.line(format!(
            "{} {}: `workbook solution {} --alternative {}`",
            "Another way:".bold(),
            alternative.about,
            exercise.id,
            alternative.name
        ));
    }
    Ok(Exit::Success)
}

/// `workbook debrief`
pub fn debrief(
    args: &DebriefArgs,
    config: &mut Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    let exercise = config.named_or_last_passed(args.id.as_deref(), "debrief")?;
    allow(config, &exercise, "debrief", args.before_pass)?;
    let text = debrief_of(config, &exercise)?;
    screen.line(markdown::render(&text, screen.width));
    Ok(Exit::Success)
}

/// The text for after passing. That it is shown is recorded.
///
/// # Errors
///
/// If there is none, or it can't be read or recorded.
pub fn debrief_of(config: &mut Config, exercise: &Exercise) -> Result<String, CliError> {
    let copy = Copy::of(config, exercise, "debrief")?;
    let path = copy.folder(exercise).join("debrief.md");
    if !path.is_file() {
        came_without(exercise, "debrief")?;
    }
    let text = browse::read(&path)?;
    record_shown(config, exercise)?;
    Ok(text)
}

/// `workbook diff`
pub fn diff(args: &DiffArgs, config: &mut Config, screen: &mut Screen) -> Result<Exit, CliError> {
    config.remember_starters()?;
    let exercise = match args.with {
        DiffWith::Starter => config.named_or_current(args.id.as_deref(), "diff")?,
        DiffWith::Reference => config.named_or_last_passed(args.id.as_deref(), "diff")?,
    };
    let mine = owned_files(&exercise, &config.desk.root.join(&exercise.crate_folder))?;
    let (other, name) = match args.with {
        DiffWith::Starter => (starting_files(&config.desk, &exercise)?, "starter"),
        DiffWith::Reference => {
            allow(config, &exercise, "reference", args.before_pass)?;
            let reference = Copy::of(config, &exercise, "reference")?
                .owned(&exercise, Path::new("reference"))?;
            record_shown(config, &exercise)?;
            (reference, "reference")
        }
    };
    let (old, new, names) = match args.with {
        DiffWith::Starter => (other, mine, (name, "mine")),
        DiffWith::Reference => (mine, other, ("mine", name)),
    };
    let mut equal = true;
    let mut paths: Vec<&PathBuf> = old.iter().chain(&new).map(|file| &file.path).collect();
    paths.sort();
    paths.dedup();
    for path in paths {
        let text = |files: &[CandidateFile]| {
            let file = files.iter().find(|file| file.path == *path);
            file.map(|file| String::from_utf8_lossy(&file.bytes).into_owned())
                .unwrap_or_default()
        };
        let (before, after) = (text(&old), text(&new));
        if before != after {
            equal = false;
            let labels = (
                format!("{}/{}", names.0, path.display()),
                format!("{}/{}", names.1, path.display()),
            );
            let diff = TextDiff::from_lines(&before, &after);
            let diff = diff
                .unified_diff()
                .context_radius(3)
                .header(&labels.0, &labels.1)
                .to_string();
            for line in diff.lines() {
                screen.line(match line.as_bytes().first() {
                    Some(b'+') => line.green().to_string(),
                    Some(b'-') => line.red().to_string(),
                    Some(b'@') => line.cyan().to_string(),
                    _ => line.to_owned(),
                });
            }
        }
    }
    if equal {
        screen.line(format!("your files equal the {name}'s"));
    }
    Ok(Exit::Success)
}

/// Lets through what was passed; anything else only on request.
pub(super) fn allow(
    config: &Config,
    exercise: &Exercise,
    what: &'static str,
    on_request: bool,
) -> Result<(), CliError> {
    if on_request || config.progress.is_passed(&exercise.id) {
        return Ok(());
    }
    Err(CliError::NotPassed {
        what,
        id: exercise.id.clone(),
    })
}

/// Records that the solution was shown. Only what is there to be shown counts as seen.
pub(super) fn record_shown(config: &mut Config, exercise: &Exercise) -> Result<(), CliError> {
    let passed = config.progress.is_passed(&exercise.id);
    config.record(Event::Solution {
        exercise: exercise.id.clone(),
        before_pass: !passed,
    })
}

/// Whether this edition of the course has the exercise's solution.
pub(in crate::cli) fn is_there(config: &Config, exercise: &Exercise) -> bool {
    match config.desk.solutions(&config.course) {
        Some(CourseSource::Folder(root)) => root.join(exercise.solution_folder()).is_dir(),
        Some(CourseSource::Packed) => true,
        None => false,
    }
}

/// Whether there is a text to read after passing. Exercises of other tools come without one.
pub(in crate::cli) fn has_debrief(config: &Config, exercise: &Exercise) -> bool {
    exercise.origin.is_none() && is_there(config, exercise)
}

/// Tells of something that an exercise of another tool came without.
fn came_without(exercise: &Exercise, what: &'static str) -> Result<(), CliError> {
    let Some(origin) = &exercise.origin else {
        return Ok(());
    };
    Err(CliError::CameWithout {
        what,
        id: exercise.id.clone(),
        tool: origin.tool.clone(),
    })
}

/// The solution of one exercise, where it can be read: in place, or unpacked for as long as this lives.
pub enum Copy {
    InPlace(PathBuf),
    Unpacked(tempfile::TempDir),
}

impl Copy {
    /// Finds it, or unpacks it.
    ///
    /// # Errors
    ///
    /// If this edition has no solutions, or one can't be unpacked.
    pub fn of(config: &Config, exercise: &Exercise, what: &'static str) -> Result<Self, CliError> {
        let missing = || CliError::NoSolution {
            what,
            id: exercise.id.clone(),
        };
        let source = config.desk.solutions(&config.course).ok_or_else(missing)?;
        let folder = exercise.solution_folder();
        match source {
            CourseSource::Folder(root) if root.join(&folder).is_dir() => Ok(Copy::InPlace(root)),
            CourseSource::Folder(_) => Err(missing()),
            CourseSource::Packed => {
                let unpacked = tempfile::tempdir().map_err(|source| CliError::Unreadable {
                    path: std::env::temp_dir(),
                    source,
                })?;
                let found = source.copy_folder(&folder, &unpacked.path().join(&folder))?;
                if found {
                    Ok(Copy::Unpacked(unpacked))
                } else {
                    Err(missing())
                }
            }
        }
    }

    fn root(&self) -> &Path {
        match self {
            Copy::InPlace(root) => root,
            Copy::Unpacked(unpacked) => unpacked.path(),
        }
    }

    fn folder(&self, exercise: &Exercise) -> PathBuf {
        self.root().join(exercise.solution_folder())
    }

    /// The owned files of a part, such as `reference`.
    ///
    /// # Errors
    ///
    /// If one can't be read.
    pub fn owned(&self, exercise: &Exercise, part: &Path) -> Result<Vec<CandidateFile>, CliError> {
        Ok(owned_files(exercise, &self.folder(exercise).join(part))?)
    }
}
