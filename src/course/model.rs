//! The course as the rest of the runner sees it: checked, ordered, and free of text positions.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::check::Check;
use super::kinds::{ClippySpec, CompileSpec, MutantSpec, RatioSpec, Suite};
use super::objectives::Objectives;
use super::origin::Origin;
use super::owned::OwnedSet;
use super::quiz::Quiz;
use super::review::Review;
use super::workload::Workload;

/// A whole course.
#[derive(Debug, Serialize, Deserialize)]
pub struct Course {
    /// The permanent id, such as `rust_backend`.
    pub id: String,
    /// The title shown to learners.
    pub title: String,
    /// The semantic version of the content.
    pub version: String,
    /// The weeks, in teaching order; the capstone is the last of them.
    pub weeks: Vec<Week>,
    /// Every exercise, in teaching order.
    pub exercises: Vec<Exercise>,
    /// Named ways through the course.
    pub tracks: Vec<Track>,
    /// Old id → present id.
    pub aliases: BTreeMap<String, String>,
    /// Ids of exercises that were dropped; never to be used again.
    pub retired: Vec<String>,
    /// What the course sets out to teach.
    pub objectives: Objectives,
    #[serde(skip)]
    pub(super) positions: HashMap<String, usize>,
}

impl Course {
    /// The exercise with this id or with this id as an alias.
    pub fn find(&self, id: &str) -> Option<&Exercise> {
        let id = self.resolve(id);
        self.positions.get(id).map(|&at| &self.exercises[at])
    }

    /// The present id for an id that may be an alias. Unknown ids come back as they are.
    pub fn resolve<'a>(&'a self, id: &'a str) -> &'a str {
        self.aliases.get(id).map_or(id, String::as_str)
    }

    /// The place of an exercise in teaching order, from 0.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.positions.get(self.resolve(id)).copied()
    }

    /// The week an exercise belongs to.
    ///
    /// # Panics
    ///
    /// Panics if the exercise is from another course.
    pub fn week_of(&self, exercise: &Exercise) -> &Week {
        &self.weeks[exercise.week]
    }

    /// The topic or project an exercise belongs to.
    ///
    /// # Panics
    ///
    /// Panics if the exercise is from another course.
    pub fn part_of(&self, exercise: &Exercise) -> &Part {
        &self.weeks[exercise.week].parts[exercise.part]
    }

    /// The week named by its id (`week2`, `capstone`) or by its number (`2`).
    pub fn find_week(&self, name: &str) -> Option<(usize, &Week)> {
        self.weeks
            .iter()
            .enumerate()
            .find(|(_, week)| week.id == name || week.id.strip_prefix("week") == Some(name))
    }

    /// The known id nearest to one that is unknown, if any is near.
    pub fn nearest_id(&self, unknown: &str) -> Option<&str> {
        super::problem::nearest(unknown, self.exercises.iter().map(|e| e.id.as_str()))
    }
}

/// A week of the course.
#[derive(Debug, Serialize, Deserialize)]
pub struct Week {
    /// `week1` … or `capstone`.
    pub id: String,
    /// The title shown to learners.
    pub title: String,
    /// The folder with the week's notes and projects, relative to the course.
    pub folder: PathBuf,
    /// Topics and projects, in teaching order.
    pub parts: Vec<Part>,
}

/// A topic (a folder of drills) or a project (one crate built in stages).
#[derive(Debug, Serialize, Deserialize)]
pub struct Part {
    /// The topic's or the project's id.
    pub id: String,
    /// The title shown to learners.
    pub title: String,
    /// Which of the two it is.
    pub kind: PartKind,
    /// Ids of the exercises, in teaching order.
    pub exercises: Vec<String>,
}

/// What a [`Part`] is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartKind {
    /// Drills, one crate each, below `exercises/<topic>/`.
    Topic,
    /// Stages that share the crate in this folder, relative to the course.
    Project(PathBuf),
}

/// A named way through the course.
#[derive(Debug, Serialize, Deserialize)]
pub struct Track {
    /// What `--track` takes.
    pub id: String,
    /// The title shown to learners.
    pub title: String,
    /// Who it is for.
    pub about: String,
    /// Exercise ids, in the track's own order.
    pub exercises: Vec<String>,
}

/// Anything that ends in a verdict.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exercise {
    /// The permanent id.
    pub id: String,
    /// Drill or stage.
    pub kind: ExerciseKind,
    /// Index into [`Course::weeks`].
    pub week: usize,
    /// Index into [`Week::parts`].
    pub part: usize,
    /// A line, without a full stop.
    pub title: String,
    /// What the exercise asks, in one line.
    pub summary: String,
    /// Minutes that a learner of the course's level needs.
    pub minutes: u32,
    /// `topic.objective` each.
    pub objectives: Vec<String>,
    /// Exercises that must come before.
    pub needs: Vec<String>,
    /// The learner's files: globs relative to the crate.
    pub owned: Vec<String>,
    /// The same globs, to be asked.
    #[serde(skip)]
    pub owned_set: OwnedSet,
    /// A nudge, the approach, nearly there; as many as there are where the exercise came from another tool.
    pub hints: Vec<String>,
    /// Where it came from, if it was made for another tool.
    pub origin: Option<Origin>,
    /// The visible tests, in the order to show them.
    pub tests: Vec<TestSpec>,
    /// The figures that are judged.
    pub budgets: Vec<Budget>,
    /// Programs that have to build, or must not.
    pub compile: Vec<CompileSpec>,
    /// Lints that must not fire.
    pub clippy: Vec<ClippySpec>,
    /// Speeds beside the starter's.
    pub ratios: Vec<RatioSpec>,
    /// The learner's own tests, where writing them is the exercise.
    pub suite: Option<Suite>,
    /// What those tests have to tell from the true code.
    pub mutants: Vec<MutantSpec>,
    /// What to profile, where that is said; see [`Exercise::workload`].
    pub workload: Option<Workload>,
    /// Questions.
    pub quiz: Option<Quiz>,
    /// A change to review.
    pub review: Option<Review>,
    /// Bounds on each test process.
    pub limits: Limits,
    /// The folder of `exercise.toml` and `README.md`, relative to the course.
    pub folder: PathBuf,
    /// The folder of the crate, relative to the course. The same as `folder` for a drill.
    pub crate_folder: PathBuf,
    /// The crate's package name.
    pub package: String,
    /// For a stage, the one before it in its project: where that ends, this one begins.
    #[serde(skip)]
    pub before: Option<Arc<Exercise>>,
    /// For a stage, what the learner owns in any stage of the project; for a drill, nothing.
    #[serde(skip)]
    pub owned_in_project: OwnedSet,
    /// It is the last of its topic or project.
    pub is_last: bool,
}

/// Whether an exercise has a crate of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExerciseKind {
    /// One crate, one idea.
    Drill,
    /// One step of a project; its crate is shared with the other stages.
    Stage,
}

impl Exercise {
    /// Whether the learner owns the file at this path, relative to the crate.
    pub fn owns(&self, path: &Path) -> bool {
        self.owned_set.is_match(path)
    }

    /// Whether the learner owned the file in an earlier stage of the project.
    pub fn was_owned(&self, path: &Path) -> bool {
        let before = self.before.as_ref();
        before.is_some_and(|stage| stage.owns(path) || stage.was_owned(path))
    }

    /// The folder of the solution, relative to the course.
    pub fn solution_folder(&self) -> PathBuf {
        let mirrored = self
            .folder
            .strip_prefix("exercises")
            .unwrap_or(&self.folder);
        Path::new("solutions").join(mirrored)
    }

    /// Every check but the build, in the order to show them.
    pub fn every_check(&self) -> Vec<&dyn Check> {
        fn each<C: Check>(specs: &[C]) -> impl Iterator<Item = &dyn Check> {
            specs.iter().map(|spec| spec as &dyn Check)
        }
        let questions = self.quiz.as_ref().map_or(&[][..], |quiz| &quiz.questions);
        each(&self.tests)
            .chain(each(&self.compile))
            .chain(each(&self.clippy))
            .chain(each(self.suite.as_slice()))
            .chain(each(&self.mutants))
            .chain(each(questions))
            .chain(each(self.review.as_slice()))
            .chain(each(&self.ratios))
            .chain(each(&self.budgets))
            .collect()
    }

    /// What [`Exercise::every_check`] states, as plain data.
    pub fn checks(&self) -> Vec<CheckSpec> {
        let specs = self.every_check().into_iter().map(|check| CheckSpec {
            id: check.id(),
            shows: check.shows(),
            starter: check.starter(),
        });
        specs.collect()
    }

    /// What `workbook profile` looks into: what the manifest names, or else the first measured test.
    pub fn workload(&self) -> Option<Workload> {
        let measured = || {
            self.ratios.first().map(|ratio| Workload {
                target: ratio.target.clone(),
                name: ratio.name.clone(),
            })
        };
        self.workload.clone().or_else(measured)
    }

    /// The test targets of the visible tests, each once, in order of first use.
    pub fn targets(&self) -> Vec<&str> {
        let mut targets: Vec<&str> = Vec::new();
        for test in &self.tests {
            if !targets.contains(&test.target.as_str()) {
                targets.push(&test.target);
            }
        }
        targets
    }

    /// What a learner opens first, relative to the course: the first file that is owned by its name, else the
    /// crate's root if it is owned, else the folder of the first pattern.
    pub fn main_file(&self) -> PathBuf {
        // Of a pattern, the folder that it begins with.
        let fallback = self.owned.first().map_or("src/lib.rs", |glob| {
            let special = glob.find(['*', '?', '[', '{']).unwrap_or(glob.len());
            glob[..special]
                .rsplit_once('/')
                .map_or("", |(folder, _)| folder)
        });
        let plain = self
            .owned
            .iter()
            .find(|glob| !glob.contains(['*', '?', '[', '{']));
        let inside = match plain {
            Some(file) => file.as_str(),
            None if self.owns(Path::new("src/lib.rs")) => "src/lib.rs",
            None => fallback,
        };
        self.crate_folder.join(inside)
    }
}

/// A check as a reader of the course sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckSpec {
    /// What verdicts and `wrong.toml` name it by.
    pub id: String,
    /// What a pass shows.
    pub shows: String,
    /// What the starter does, where that is stated.
    pub starter: Option<StarterState>,
}

/// A test that the course expects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestSpec {
    /// The file below `tests/`, without `.rs`.
    pub target: String,
    /// The test function's path as the harness prints it.
    pub name: String,
    /// What a pass shows.
    pub shows: String,
    /// What the starter does.
    pub starter: StarterState,
    /// Only grading runs it.
    pub hidden: bool,
}

impl TestSpec {
    /// `<target>::<name>`.
    pub fn id(&self) -> String {
        format!("{}::{}", self.target, self.name)
    }
}

/// What the starter does in a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StarterState {
    /// The starting evidence: red at first.
    Fails,
    /// Holds already, and must go on holding.
    Passes,
    /// Either, as chance has it: the test injects faults.
    MayFail,
}

/// A figure with a bound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// The name reported through `probes`.
    pub figure: String,
    /// What is counted, such as `allocations` or `bytes`.
    pub unit: String,
    /// The largest figure that passes.
    pub at_most: f64,
    /// What the starter reports.
    pub starter: f64,
    /// What the reference reports.
    pub reference: f64,
    /// What a pass shows.
    pub shows: String,
}

impl Budget {
    /// `budget::<figure>`.
    pub fn id(&self) -> String {
        format!("budget::{}", self.figure)
    }
}

/// Bounds on one test process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall time. A test that needs longer is taken for hanging.
    pub test_wall: Duration,
    /// Bytes kept of each output stream, half from its start and half from its end.
    pub output_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            test_wall: Duration::from_secs(10),
            output_bytes: 64 * 1024,
        }
    }
}
