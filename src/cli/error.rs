//! What can go wrong for a user, each with its exit code and what to do.

use std::error::Error as _;
use std::io;
use std::path::PathBuf;

use colored::Colorize as _;
use thiserror::Error;

use super::Exit;
use crate::author::{ImportError, NewError, ReleaseError};
use crate::candidate::{EnvironmentError, GatherError};
use crate::course::CourseError;
use crate::desk::{
    EditionError, InitError, NoDesk, RestoreError, StarterError, UpdateError, WayError,
};
use crate::engine::{CompareError, EngineError, ProfileError};
use crate::journal::JournalError;

/// An error that ends a command. `Display` fits after "failed to".
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say what each variant means")]
pub enum CliError {
    #[error("go to `{}`", path.display())]
    NoFolder { path: PathBuf, source: io::Error },
    #[error("make a temporary folder")]
    Temporary(#[source] io::Error),
    #[error(transparent)]
    NoDesk(#[from] NoDesk),
    #[error(transparent)]
    Course(#[from] CourseError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    #[error(transparent)]
    Gather(#[from] GatherError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Edition(#[from] EditionError),
    #[error(transparent)]
    Init(#[from] InitError),
    #[error(transparent)]
    Restore(#[from] RestoreError),
    #[error(transparent)]
    Starter(#[from] StarterError),
    #[error("find an exercise `{id}`{}", did_you_mean(nearest.as_ref(), "`workbook list` shows all"))]
    UnknownExercise { id: String, nearest: Option<String> },
    #[error("find a week `{name}`; the course has {}", known.join(", "))]
    UnknownWeek { name: String, known: Vec<String> },
    #[error(transparent)]
    Update(#[from] UpdateError),
    #[error(transparent)]
    Way(#[from] WayError),
    #[error("find `{name}` for a track; it is no exercise, topic, project or week of this course")]
    UnknownPart { name: String },
    #[error(
        "choose an editor; set `EDITOR`, as in `EDITOR=vim workbook open`, or open `{}` yourself",
        file.display()
    )]
    NoEditor { file: PathBuf },
    #[error("start the editor `{name}`; `EDITOR` or `VISUAL` names it")]
    Editor { name: String, source: io::Error },
    #[error("find a track `{name}`; {}", tracks(known))]
    UnknownTrack { name: String, known: Vec<String> },
    #[error(
        "show the {what} of `{id}`: it is not passed yet. `workbook hint {id}` helps on; with \
         `--before-pass` it is shown all the same, and that is recorded"
    )]
    NotPassed { what: &'static str, id: String },
    #[error("find the {what} of `{id}`: this edition of the course comes without solutions")]
    NoSolution { what: &'static str, id: String },
    #[error("find the {what} of `{id}`: it was made for {tool}, and came without one")]
    CameWithout {
        what: &'static str,
        id: String,
        tool: String,
    },
    #[error("find an alternative `{name}` of `{id}`; {}", alternatives(known))]
    UnknownAlternative {
        id: String,
        name: String,
        known: Vec<String>,
    },
    #[error("read `{}`", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("write `{}`", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("choose an exercise: none is passed yet; name one, as in `workbook {command} ID`")]
    NonePassed { command: &'static str },
    #[error(
        "begin `{id}` from the stage before: it is the first of its project; `workbook next` begins it, `workbook reset {id}` puts its starter back"
    )]
    FirstStage { id: String },
    #[error(
        "begin `{id}` from the stage before: it is no stage of a project; `workbook reset {id}` puts its starter back"
    )]
    NoStage { id: String },
    #[error("find stage {number} of `{project}`; {}", stages(*count))]
    NoStageNumber {
        project: String,
        number: usize,
        count: usize,
    },
    #[error("choose an exercise: all {}are passed; name one, as in `workbook {command} ID`", if *of_track { "of your track " } else { "" })]
    AllPassed {
        command: &'static str,
        of_track: bool,
    },
    #[error("choose a week: all exercises are passed; name one, as in `workbook notes 1`")]
    NoWeek,
    #[error("watch the exercises for changes")]
    Watch(#[from] notify::Error),
    #[error(transparent)]
    Release(#[from] ReleaseError),
    #[error(transparent)]
    New(#[from] NewError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error("measure `{id}`: it has no check of speed")]
    NothingToMeasure { id: String },
    #[error(transparent)]
    Compare(#[from] CompareError),
    #[error("profile `{id}`: it has no workload; {}", with_workload(known))]
    NoWorkload { id: String, known: Vec<String> },
    #[error("profile anything: that needs 64-bit Linux; `workbook doctor` says what works here")]
    NoProfiler,
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error("ask the questions of `{id}`: it has none")]
    NoQuiz { id: String },
    #[error("read the answers in `{}`; mend the file, or `workbook reset` the exercise", path.display())]
    BadAnswers {
        path: PathBuf,
        source: Box<toml_edit::TomlError>,
    },
    #[error("start a thread")]
    Thread(#[source] io::Error),
    #[error("use the terminal; `--plain` does without")]
    Terminal(#[source] io::Error),
    #[error("listen for signals")]
    Signals(#[source] io::Error),
    #[error("write the JUnit report")]
    Junit(#[from] quick_junit::SerializeError),
    #[error("leave out the layer `{name}`; there are namespaces, landlock, syscalls and user")]
    UnknownLayer { name: String },
    #[error(
        "grade here: what runs could reach files and processes outside; grade where Landlock or namespaces can be had, or \
         try it out with `--require nothing`"
    )]
    NoBox,
    #[error("read the policy in `{}`", path.display())]
    BadPolicy {
        path: PathBuf,
        source: Box<toml::de::Error>,
    },
    #[error("read the times in `{}`: {what}", path.display())]
    BadTimes { path: PathBuf, what: String },
    #[error("read the points given out in `{}`", path.display())]
    BadLedger {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error("export the results: {what}")]
    Export { what: String },
    #[error("find results in `{}`; `workbook grade run` makes them", path.display())]
    NoResults { path: PathBuf },
    #[error(transparent)]
    Detect(#[from] crate::grade::DetectError),
    #[error(transparent)]
    Submission(#[from] crate::grade::SubmissionError),
    #[error(transparent)]
    Take(#[from] crate::grade::TakeError),
    #[error(transparent)]
    Workshop(#[from] crate::grade::WorkshopError),
    #[error(transparent)]
    Store(#[from] crate::grade::StoreError),
    #[error(transparent)]
    Grade(#[from] crate::grade::RunError),
    /// Nobody can tell what changed.
    #[error(transparent)]
    Changed(#[from] crate::author::ChangedError),
}

fn did_you_mean(nearest: Option<&String>, otherwise: &str) -> String {
    match nearest {
        Some(near) => format!("; did you mean `{near}`?"),
        None => format!("; {otherwise}"),
    }
}

fn stages(count: usize) -> String {
    match count {
        0 => "there is no project of that name: `workbook list` shows all".to_owned(),
        1 => "it has one stage".to_owned(),
        _ => format!("its stages are 1 to {count}"),
    }
}

fn tracks(known: &[String]) -> String {
    if known.is_empty() {
        "the course has none".to_owned()
    } else {
        format!("the course has {}", known.join(", "))
    }
}

fn alternatives(known: &[String]) -> String {
    if known.is_empty() {
        "there is none".to_owned()
    } else {
        format!("there is {}", known.join(", "))
    }
}

fn with_workload(known: &[String]) -> String {
    if known.is_empty() {
        "no exercise of this course has one".to_owned()
    } else {
        format!("these have one: {}", known.join(", "))
    }
}

impl CliError {
    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            // The course's own manifest, as wrong as any other of its files.
            CliError::Environment(EnvironmentError::BadManifest { .. })
            | CliError::Update(UpdateError::Environment(EnvironmentError::BadManifest {
                ..
            }))
            | CliError::Init(InitError::Environment(EnvironmentError::BadManifest { .. })) => {
                Exit::Usage
            }
            CliError::Compare(CompareError::Engine(EngineError::Stopped))
            | CliError::Profile(ProfileError::Engine(EngineError::Stopped))
            | CliError::Grade(crate::grade::RunError::Stopped)
            | CliError::Workshop(crate::grade::WorkshopError::Stopped) => Exit::Interrupted,
            CliError::Engine(error) if error.is_stop() => Exit::Interrupted,
            // The learner's code, as wrong as for any check; and the author's course.
            CliError::Release(ReleaseError::Answers { .. })
            | CliError::Profile(
                ProfileError::Missing { .. }
                | ProfileError::DoesNotBuild { .. }
                | ProfileError::DoesNotPass { .. },
            ) => Exit::ChecksFailed,
            CliError::Journal(_)
            | CliError::Environment(_)
            | CliError::Gather(_)
            | CliError::Engine(_)
            | CliError::Compare(CompareError::Engine(_))
            | CliError::Profile(ProfileError::Engine(_))
            | CliError::NoProfiler
            | CliError::NoBox
            | CliError::Detect(_)
            | CliError::Take(_)
            | CliError::Workshop(_)
            | CliError::Store(_)
            | CliError::Grade(_)
            | CliError::Restore(RestoreError::Write { .. } | RestoreError::Gather(_))
            | CliError::Starter(_)
            | CliError::Init(InitError::Write { .. } | InitError::Environment(_))
            | CliError::Edition(EditionError::Copy { .. })
            | CliError::Update(
                UpdateError::Write { .. }
                | UpdateError::Gather(_)
                | UpdateError::Environment(_)
                | UpdateError::Edition(EditionError::Copy { .. }),
            )
            | CliError::Way(WayError::Write { .. })
            | CliError::NoEditor { .. }
            | CliError::Editor { .. }
            | CliError::Unreadable { .. }
            | CliError::Unwritable { .. }
            | CliError::Release(
                ReleaseError::Write { .. } | ReleaseError::Edition(_) | ReleaseError::Gather(_),
            )
            | CliError::New(NewError::Write { .. })
            | CliError::Import(ImportError::Write { .. } | ImportError::Unreadable { .. })
            | CliError::Watch(_)
            | CliError::Signals(_)
            | CliError::Terminal(_)
            | CliError::Thread(_)
            | CliError::Changed(_)
            | CliError::Junit(_) => Exit::Environment,
            _ => Exit::Usage,
        }
    }

    /// The lines to print.
    pub fn render(&self) -> Vec<String> {
        if let CliError::Course(CourseError::Problems(problems))
        | CliError::Init(InitError::Course(CourseError::Problems(problems)))
        | CliError::Update(UpdateError::Course(CourseError::Problems(problems))) = self
        {
            let mut lines: Vec<String> = problems
                .iter()
                .map(|problem| problem.render() + "\n")
                .collect();
            lines.push(format!("{} failed to {self}", "error:".red().bold()));
            return lines;
        }
        if self.exit() == Exit::Interrupted {
            return vec!["interrupted".to_owned()];
        }
        let mut lines = vec![format!("{} failed to {self}", "error:".red().bold())];
        let mut cause = self.source();
        while let Some(error) = cause {
            lines.push(format!("  because: {error}"));
            cause = error.source();
        }
        lines
    }
}
