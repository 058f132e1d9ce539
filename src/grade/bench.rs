//! One exercise, made ready to grade submissions of.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::calls::{Call, CrateCalls};
use super::cell::Reach;
use super::objects::{AllObjects, Known};
use super::pins;
use super::rewrite::rewrite;
use super::scan::Permits;
use super::scratch::of_tests;
use super::speed::Pace;
use super::suite::Built;
use crate::candidate::{Candidate, CandidateFile, files_of_solution, owned_files, starting_files};
use crate::course::{Exercise, Solution};

/// One exercise, ready to grade submissions of.
pub struct Bench {
    /// The exercise.
    pub exercise: Arc<Exercise>,
    /// Its solution's manifest.
    pub solution: Solution,
    /// The reference: it has to pass before anybody else is graded.
    pub reference: Candidate,
    /// What learners begin with: where speed is left out, it must not pass the rest.
    pub start: Vec<CandidateFile>,
    /// What speed is measured beside: the crate's own files, also of a later stage.
    pub baseline: Vec<CandidateFile>,
    /// The same, compiled.
    pub pace: Pace,
    /// The learner's files of the reference and of each alternative.
    pub answers: Vec<Vec<CandidateFile>>,
    /// The course's own by their interfaces.
    pub known: Known,
    /// What tests submissions with one of these, compiled.
    pub objects: AllObjects,
    /// The compilation of the library.
    pub library: Call,
    /// Its programs, which tests start: how cargo compiles each, and its file relative to the crate.
    pub programs: Vec<(Call, PathBuf)>,
    /// The course's build script, built: it writes for the compiler what it makes of the submission.
    pub script: Option<PathBuf>,
    /// Each test target: its compilation, and its file.
    pub tests: Vec<TestBench>,
    /// Test targets that measure speed, with their names in the course: always in the submission's process, so that those
    /// that are among its tests as well are compiled apart.
    pub speeds: Vec<(String, TestBench)>,
    /// What a submission may have in it.
    pub permits: Permits,
    /// The crate has parts that are the course's own, with `unsafe` in them.
    pub unsafe_of_course: bool,
    /// Files that come with the tests, such as `tests/support/mod.rs`, relative to the crate.
    pub beside: Vec<CandidateFile>,
    /// The learner's own tests, where those are what is judged: their file and its compilation.
    pub suite: Option<(String, Call)>,
    /// How far its tests reach at least: those that count threads or files would count nothing without.
    pub least_reach: Reach,
    /// Tests read their own program.
    pub reads_program: bool,
    /// Tests read the crate's files by `CARGO_MANIFEST_DIR`.
    pub reads_crate: bool,
    /// Files of the variants of the course's code that those tests are tried on, relative to the crate.
    pub mutants: Vec<CandidateFile>,
    /// The course's code as it is (`""`) and each mutant, compiled for all submissions whose tests are tried on them.
    pub built: Mutex<BTreeMap<String, Arc<Built>>>,
}

/// Before the name of a target that measures speed. No test file of a course begins so.
const SPEED: &str = "__speed_";

/// What a test names that counts what a process has: the probes' modules, and where Linux tells it.
const OF_ITSELF: [&str; 3] = ["/proc/", "threads::", "fds::"];

/// One test target.
pub struct TestBench {
    /// The file below `tests/`, without its end.
    pub target: String,
    /// How cargo compiles it.
    pub call: Call,
    /// The file with proofs in it.
    pub source: String,
    /// The file as it is.
    pub pristine: String,
    /// Its code may have `unsafe` in it.
    pub unsafe_code: bool,
}

impl Bench {
    /// What is in a submission that must not be, in words. Empty if there is nothing.
    pub fn refuses(&self, owned: &[CandidateFile]) -> Vec<String> {
        let mut refused = self.permits.refuses(owned);
        // Where a test or a part that is the course's has `unsafe` in it, the compiler can't be told to forbid it.
        let mut tests = self.all_tests();
        let is_left_to_us = self.unsafe_of_course || tests.any(|test| test.unsafe_code);
        if is_left_to_us && !self.permits.unsafe_code && Permits::has_unsafe(owned) {
            refused.push("it has `unsafe` in it, which the exercise does not need".to_owned());
        }
        refused
    }

    /// Everything that is compiled against a submission's library.
    pub fn all_tests(&self) -> impl Iterator<Item = &TestBench> {
        self.tests
            .iter()
            .chain(self.speeds.iter().map(|(_, test)| test))
    }

    /// Whether the compiler is told to forbid `unsafe` in the submission's crate.
    pub fn forbids_unsafe(&self) -> bool {
        !self.permits.unsafe_code && !self.unsafe_of_course
    }

    /// Makes an exercise ready, by the calls of the compiler that building its reference took.
    ///
    /// # Errors
    ///
    /// Why it can't be graded, in words.
    pub fn of(
        exercise: Arc<Exercise>,
        solution: Solution,
        reference: Candidate,
        course_root: &Path,
        calls: &Path,
    ) -> Result<Bench, String> {
        if !is_gradable(&exercise) {
            return Err("it has nothing that is graded in a box".to_owned());
        }
        let targets = reference.tests.iter().map(|test| test.target.as_str());
        let mut targets: Vec<&str> = targets.collect();
        targets.sort_unstable();
        targets.dedup();
        let mut speeds: Vec<&str> = (exercise.ratios.iter())
            .map(|spec| spec.target.as_str())
            .collect();
        speeds.sort_unstable();
        speeds.dedup();
        let suite = exercise.suite.as_ref().map(|suite| suite.target.as_str());
        let all = targets.iter().chain(&speeds).copied().chain(suite);
        let all: Vec<&str> = all.collect();
        let mut noted = CrateCalls::of(calls, &exercise.package, &all)?;
        let suite = suite.and_then(|target| Some((target.to_owned(), noted.tests.pop()?)));
        let of_speeds = noted.tests.split_off(targets.len());
        let library = noted.library;
        let programs = programs_of(&exercise, &reference, noted.programs)?;
        let owned: Vec<CandidateFile> = (reference.files.iter())
            .filter(|file| exercise.owns(&file.path))
            .cloned()
            .collect();
        let starter = owned_files(&exercise, &course_root.join(&exercise.crate_folder));
        let mut known = owned.clone();
        let mut answers = vec![owned.clone()];
        // What the starter has in it is the learner's to keep.
        let baseline = starter.map_err(|error| error.to_string())?;
        known.extend(baseline.iter().cloned());
        // And what another good answer has may be in anybody's.
        for it in &solution.alternatives {
            let part = course_root.join(&solution.folder).join("alternatives");
            let files = files_of_solution(&exercise, course_root, &part.join(&it.name));
            let files = files.map_err(|error| error.to_string())?;
            known.extend(files.iter().cloned());
            answers.push(files);
        }
        let permits = Permits::of(&known);
        let start = starting_files(&exercise, course_root).map_err(|error| error.to_string())?;
        let pins = pins::of(&owned, &library.name);
        let targets: Vec<(&str, Call)> = targets.into_iter().zip(noted.tests).collect();
        let tests = tests_of(&exercise, &reference, targets, (&permits, &pins))?;
        let speeds: Vec<(&str, Call)> = speeds.into_iter().zip(of_speeds).collect();
        let names_of_speeds: Vec<String> =
            speeds.iter().map(|(name, _)| (*name).to_owned()).collect();
        let mut speeds = tests_of(&exercise, &reference, speeds, (&permits, &pins))?;
        for test in &mut speeds {
            test.target.insert_str(0, SPEED);
        }
        let (mutants, others): (Vec<CandidateFile>, Vec<CandidateFile>) = (reference.files.iter())
            .filter(|file| !exercise.owns(&file.path))
            .cloned()
            .partition(|file| file.path.starts_with("mutants"));
        let beside: Vec<CandidateFile> = (others.into_iter())
            .filter(|file| {
                let names = tests.iter().map(|test| test.target.as_str());
                let mut names = names.chain(names_of_speeds.iter().map(String::as_str));
                !names.any(|name| file.path == Path::new(&format!("tests/{name}.rs")))
            })
            .collect();
        let texts = (reference.files.iter()).filter(|file| file.path.starts_with("tests"));
        let texts: Vec<_> = texts
            .map(|file| String::from_utf8_lossy(&file.bytes))
            .collect();
        let names = |what: &str| texts.iter().any(|text| text.contains(what));
        let reads_crate = names("CARGO_MANIFEST_DIR");
        let reads_program = names("/proc/self/exe");
        let least_reach = if OF_ITSELF.into_iter().any(names) {
            Reach::Itself
        } else {
            Reach::Nothing
        };
        let is_rust = |file: &&CandidateFile| file.path.extension().is_some_and(|end| end == "rs");
        let of_crate = (beside.iter().filter(is_rust)).filter(|file| !of_tests(&file.path));
        let of_crate: Vec<CandidateFile> = of_crate.cloned().collect();
        Ok(Bench {
            exercise,
            solution,
            reference,
            start,
            baseline,
            pace: Pace::default(),
            answers,
            known: Known::default(),
            objects: AllObjects::default(),
            script: noted.script.and_then(|call| call.made()),
            library,
            programs,
            tests,
            speeds: names_of_speeds.into_iter().zip(speeds).collect(),
            permits,
            unsafe_of_course: Permits::has_unsafe(&of_crate),
            beside,
            least_reach,
            reads_crate,
            reads_program,
            suite,
            mutants,
            built: Mutex::default(),
        })
    }
}

/// Every test target, with proofs and pins in it.
fn tests_of(
    exercise: &Exercise,
    reference: &Candidate,
    targets: Vec<(&str, Call)>,
    (permits, pins): (&Permits, &str),
) -> Result<Vec<TestBench>, String> {
    let support: Vec<CandidateFile> = (reference.files.iter())
        .filter(|file| !exercise.owns(&file.path) && file.path.components().count() > 2)
        .filter(|file| file.path.starts_with("tests"))
        .cloned()
        .collect();
    let shares_unsafe = permits.unsafe_code || Permits::has_unsafe(&support);
    let mut tests = Vec::new();
    for (target, call) in targets {
        let path = PathBuf::from(format!("tests/{target}.rs"));
        let file = (reference.files.iter())
            .find(|file| file.path == path)
            .ok_or_else(|| format!("`tests/{target}.rs` is not there"))?;
        if exercise.owns(&path) {
            return Err(format!(
                "`tests/{target}.rs` is the learner's own, and judges nobody"
            ));
        }
        let text = String::from_utf8_lossy(&file.bytes);
        let (source, names) = rewrite(&text, target, pins)
            .map_err(|error| format!("`tests/{target}.rs`: {error}"))?;
        let of_target = reference.tests.iter().filter(|test| test.target == target);
        let of_target = of_target.map(|test| &test.name);
        let measuring = (exercise.ratios.iter()).filter(|spec| spec.target == target);
        for name in of_target.chain(measuring.map(|spec| &spec.name)) {
            if !names.contains(name) {
                return Err(format!(
                    "`{target}::{name}` can't be made to prove that it ended"
                ));
            }
        }
        tests.push(TestBench {
            target: target.to_owned(),
            call,
            source,
            pristine: text.into_owned(),
            unsafe_code: shares_unsafe || Permits::has_unsafe(std::slice::from_ref(file)),
        });
    }
    Ok(tests)
}

/// The programs of an exercise, with their files.
fn programs_of(
    exercise: &Exercise,
    reference: &Candidate,
    calls: Vec<Call>,
) -> Result<Vec<(Call, PathBuf)>, String> {
    let mut programs = Vec::new();
    for call in calls {
        let lost = || {
            format!(
                "the file of its program `{}` is not in its crate",
                call.name
            )
        };
        let source = call.source(&exercise.crate_folder).ok_or_else(lost)?;
        // Of an earlier course there may be a note of one that is gone.
        if reference.files.iter().any(|file| file.path == source) {
            programs.push((call, source));
        }
    }
    Ok(programs)
}

/// Whether an exercise has a check that is graded in a box. Speed alone is not enough: it counts for what does what it
/// should.
pub fn is_gradable(exercise: &Exercise) -> bool {
    !exercise.tests.is_empty()
        || !exercise.compile.is_empty()
        || !exercise.clippy.is_empty()
        || exercise.suite.is_some()
        || exercise.quiz.is_some()
        || exercise.review.is_some()
}
