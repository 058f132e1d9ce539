//! The one loader: reads a course's own files and turns them into a [`Course`], or into every problem
//! that it has.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use thiserror::Error;

use super::manifest::{self, Manifest};
use super::model::{Course, Exercise, ExerciseKind};
use super::objectives;
use super::owned::OwnedSet;
use super::problem::{Problem, ProblemKind};
use super::quiz::{self, Quiz};
use super::reader::{At, Document, Problems};
use super::review::{self, Review};
use super::solution::{self, Solution};
use super::spine;
use super::validate;
use super::workload::{self, Workload};

/// Why a course can't be used.
#[derive(Debug, Error)]
pub enum CourseError {
    /// The files were read, and they are wrong.
    #[error("load the course: {} found", plural(.0.len(), "problem"))]
    Problems(Vec<Problem>),
    /// A file could not be read at all.
    #[error("read `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// `1 problem`, `2 problems`.
pub fn plural(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// Where an exercise is to be found.
pub(super) struct Located {
    pub id: At<String>,
    pub week: usize,
    pub part: usize,
    /// The folder of `exercise.toml`.
    pub folder: PathBuf,
    pub crate_folder: PathBuf,
    pub package: String,
}

/// Loads the course in this folder.
///
/// # Errors
///
/// [`CourseError::Problems`] with every problem of every file, or [`CourseError::Unreadable`] if
/// `curriculum.toml` or `objectives.toml` is not there or a file can't be read.
pub fn load(root: &Path) -> Result<Course, CourseError> {
    let problems = Problems::default();
    let spine_document = read(root, spine::FILE.into(), &problems)?;
    let spine = spine::read(&spine_document);
    let is_whole = !problems.touch(&spine::LISTING);
    let objectives_document = read(root, objectives::FILE.into(), &problems)?;
    let objectives = objectives::read(&objectives_document);

    let (weeks, located) = validate::lay_out(&spine, &spine_document);
    validate::check_weeks(root, &spine, &spine_document);
    if is_whole {
        validate::check_unlisted(root, &spine, &located, &spine_document);
    }

    let mut exercises = Vec::with_capacity(located.len());
    let mut places = HashMap::with_capacity(located.len());
    // What is wrong with the exercises, for each part of them that was read by a thread of its own.
    let parts = parts_of(located);
    let found_in: Vec<Problems> = parts.iter().map(|_| Problems::default()).collect();
    for beside in read_parts(root, parts, &found_in)? {
        let found = beside.found;
        if !beside.has_crate && found.folder == found.crate_folder {
            let path = found.crate_folder.join("Cargo.toml");
            let remedy = "make the exercise's crate, or take its id out of curriculum.toml";
            let missing = ProblemKind::MissingFile { path, remedy };
            spine_document.note(found.id.span.clone(), missing);
        }
        let Some((document, manifest)) = beside.manifest else {
            // After a syntax error ids and folders can be anything.
            if beside.is_missing && spine_document.is_toml() {
                let path = found.folder.join(manifest::FILE);
                let remedy = "make the exercise, or take its id out of curriculum.toml";
                spine_document.note(found.id.span, ProblemKind::MissingFile { path, remedy });
            }
            continue;
        };
        if objectives_document.is_toml() {
            validate::check_objectives(&manifest, &objectives, &document);
        }
        if let Some(named) = &manifest.workload {
            workload::check(named, root, &found.crate_folder, &document);
        }
        places.insert(found.id.value.clone(), (document, manifest.needs.clone()));
        let mut exercise = to_exercise(found, manifest);
        exercise.quiz = beside.quiz;
        exercise.review = beside.review;
        exercises.push(exercise);
    }
    let positions = positions_of(&exercises);
    let known = validate::Known::of(&spine, is_whole);
    validate::check_needs(&exercises, &positions, &places, &known);
    validate::check_names(&spine, &known, &spine_document);
    let retired = spine.retired.iter().map(|id| id.value.clone()).collect();
    let (tracks, aliases) = validate::named(spine);

    let mut course = Course {
        id: tracks.course_id,
        title: tracks.course_title,
        version: tracks.course_version,
        weeks,
        exercises,
        tracks: tracks.tracks,
        aliases,
        retired,
        objectives,
        positions,
    };
    drop((places, spine_document, objectives_document));
    for found in found_in {
        problems.append(found);
    }
    let problems = problems.into_vec();
    if problems.is_empty() {
        link(&mut course);
        Ok(course)
    } else {
        Err(CourseError::Problems(problems))
    }
}

fn positions_of(exercises: &[Exercise]) -> HashMap<String, usize> {
    let ids = exercises.iter().map(|exercise| exercise.id.clone());
    ids.enumerate().map(|(at, id)| (id, at)).collect()
}

/// Fills in what exercises say of each other: their places, and the stages before them.
pub(super) fn link(course: &mut Course) {
    course.positions = positions_of(&course.exercises);
    course.objectives.link();
    let exercises = &mut course.exercises;
    for at in 0..exercises.len() {
        exercises[at].before = stage_before(&exercises[..at], &exercises[at]).map(Arc::new);
        let part = |exercise: &Exercise| (exercise.week, exercise.part);
        exercises[at].is_last =
            (exercises.get(at + 1)).is_none_or(|next| part(next) != part(&exercises[at]));
    }
    let part = |exercise: &Exercise| (exercise.week, exercise.part);
    for stages in exercises.chunk_by_mut(|one, other| part(one) == part(other)) {
        if stages[0].kind == ExerciseKind::Stage {
            let mut globs: Vec<String> = stages.iter().flat_map(|it| it.owned.clone()).collect();
            globs.sort();
            globs.dedup();
            for stage in stages {
                stage.owned_in_project = OwnedSet::new(globs.clone());
            }
        }
    }
}

/// Loads the solution of an exercise: alternatives, wrong attempts and hidden tests.
///
/// # Errors
///
/// As [`load`]. A solution that is not there is [`CourseError::Unreadable`].
pub fn load_solution(root: &Path, exercise: &Exercise) -> Result<Solution, CourseError> {
    let folder = exercise.solution_folder();
    let problems = Problems::default();
    let file = folder.join("solution.toml");
    let document = read(root, file, &problems)?;
    let read_solution = solution::read(&document);
    let mut wrong = Vec::new();
    for name in subfolders(&root.join(&folder).join("wrong")) {
        let file = folder.join("wrong").join(&name).join("wrong.toml");
        let document = read(root, file, &problems)?;
        wrong.extend(solution::read_wrong(&document, &name));
    }
    drop(document);
    let problems = problems.into_vec();
    if problems.is_empty() {
        Ok(Solution {
            folder,
            wrong,
            ..read_solution
        })
    } else {
        Err(CourseError::Problems(problems))
    }
}

fn read<'p>(
    root: &Path,
    relative: PathBuf,
    problems: &'p Problems,
) -> Result<Document<'p>, CourseError> {
    let path = root.join(&relative);
    match std::fs::read(&path) {
        Ok(bytes) => Ok(Document::new(relative, &bytes, problems)),
        Err(source) => Err(CourseError::Unreadable { path, source }),
    }
}

/// What lies in an exercise's folder.
struct Beside<'p> {
    found: Located,
    has_crate: bool,
    /// There is no manifest.
    is_missing: bool,
    /// The manifest as a document and as far as it can be read.
    manifest: Option<(Document<'p>, Manifest)>,
    quiz: Option<Quiz>,
    review: Option<Review>,
}

/// So few exercises are read sooner than a thread is started.
const FEW: usize = 100;

/// The exercises, in order, in a part for each processor.
fn parts_of(located: Vec<Located>) -> Vec<Vec<Located>> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let length = located.len().div_ceil(processors).max(FEW);
    let mut rest = located.into_iter();
    let next = || -> Vec<Located> { rest.by_ref().take(length).collect() };
    std::iter::repeat_with(next)
        .take_while(|part| !part.is_empty())
        .collect()
}

/// Reads the parts side by side, each with a list of its own for what is wrong with it.
fn read_parts<'p>(
    root: &Path,
    parts: Vec<Vec<Located>>,
    problems: &'p [Problems],
) -> Result<Vec<Beside<'p>>, CourseError> {
    let read_part = |(part, problems): (Vec<Located>, &'p Problems)| {
        let read = part
            .into_iter()
            .map(|found| read_beside(root, found, problems));
        read.collect::<Result<Vec<Beside<'p>>, CourseError>>()
    };
    let mut parts = parts.into_iter().zip(problems);
    let first = parts.next();
    let read = thread::scope(|scope| {
        let spawn = |part: (Vec<Located>, &'p Problems)| {
            let thread = thread::Builder::new().name("reads".to_owned());
            thread.spawn_scoped(scope, || read_part(part))
        };
        let others: Vec<_> = parts.map(spawn).collect();
        let mut read = first.map_or_else(|| Ok(Vec::new()), read_part)?;
        for other in others {
            let path = root.to_owned();
            let other = other.map_err(|source| CourseError::Unreadable { path, source })?;
            match other.join() {
                Ok(part) => read.extend(part?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok::<_, CourseError>(read)
    })?;
    Ok(read)
}

fn read_beside<'p>(
    root: &Path,
    found: Located,
    problems: &'p Problems,
) -> Result<Beside<'p>, CourseError> {
    let beside = |file: &str| read_if_there(root, found.folder.join(file), problems);
    let has_crate = root.join(&found.crate_folder).join("Cargo.toml").is_file();
    let Some(document) = beside(manifest::FILE)? else {
        return Ok(Beside {
            found,
            has_crate,
            is_missing: true,
            manifest: None,
            quiz: None,
            review: None,
        });
    };
    let questions = beside(quiz::FILE)?;
    let change = beside(review::FILE)?;
    let has_questions = questions.is_some() || change.is_some();
    let manifest = manifest::read(&document, has_questions);
    Ok(Beside {
        found,
        has_crate,
        is_missing: false,
        manifest: manifest.map(|manifest| (document, manifest)),
        quiz: questions.map(|document| quiz::read(&document)),
        review: change.and_then(|document| review::read(&document)),
    })
}

/// As [`read`], and nothing if there is no such file.
fn read_if_there<'p>(
    root: &Path,
    relative: PathBuf,
    problems: &'p Problems,
) -> Result<Option<Document<'p>>, CourseError> {
    match read(root, relative, problems) {
        Ok(document) => Ok(Some(document)),
        Err(CourseError::Unreadable { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// The names of the folders in a folder, sorted; none if it is not there.
pub(super) fn subfolders(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

/// The stage before this one in its project, given all exercises before it in teaching order.
fn stage_before(earlier: &[Exercise], exercise: &Exercise) -> Option<Exercise> {
    let is_neighbour = |last: &&Exercise| {
        exercise.kind == ExerciseKind::Stage
            && (last.week, last.part) == (exercise.week, exercise.part)
    };
    earlier.last().filter(is_neighbour).cloned()
}

fn to_exercise(found: Located, manifest: Manifest) -> Exercise {
    let kind = if found.folder == found.crate_folder {
        ExerciseKind::Drill
    } else {
        ExerciseKind::Stage
    };
    Exercise {
        id: found.id.value,
        kind,
        week: found.week,
        part: found.part,
        title: manifest.title,
        summary: manifest.summary,
        minutes: manifest.minutes,
        objectives: manifest.objectives.into_iter().map(|o| o.value).collect(),
        needs: manifest.needs.into_iter().map(|n| n.value).collect(),
        owned: manifest.owned,
        owned_set: manifest.owned_set,
        hints: manifest.hints,
        origin: manifest.origin,
        tests: manifest.tests,
        budgets: manifest.budgets,
        compile: manifest.compile,
        clippy: manifest.clippy,
        ratios: manifest.ratios,
        suite: manifest.suite,
        mutants: manifest.mutants,
        workload: manifest.workload.map(|workload| Workload {
            target: workload.target.value,
            name: workload.name.value,
        }),
        quiz: None,
        review: None,
        limits: manifest.limits,
        folder: found.folder,
        crate_folder: found.crate_folder,
        package: found.package,
        before: None,
        owned_in_project: OwnedSet::default(),
        is_last: true,
    }
}
