//! One exercise, made ready to grade submissions of.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::calls::Call;
use super::pins;
use super::rewrite::rewrite;
use super::scan::Permits;
use super::suite::Built;
use crate::candidate::{Candidate, CandidateFile, owned_files, starting_files};
use crate::course::{Exercise, Solution};

/// One exercise, ready to grade submissions of.
pub struct Bench {
    /// The exercise.
    pub exercise: Arc<Exercise>,
    /// Its solution's manifest.
    pub solution: Solution,
    /// The reference: it has to pass before anybody else is graded.
    pub reference: Candidate,
    /// What learners begin with: where a box leaves checks out, it must not pass the others.
    pub start: Vec<CandidateFile>,
    /// The compilation of the library.
    pub library: Call,
    /// Each test target: its compilation, and its file.
    pub tests: Vec<TestBench>,
    /// What a submission may have in it.
    pub permits: Permits,
    /// Files that come with the tests, such as `tests/support/mod.rs`, relative to the crate.
    pub beside: Vec<CandidateFile>,
    /// The learner's own tests, where those are what is judged: their file and its compilation.
    pub suite: Option<(String, Call)>,
    /// Files of the variants of the course's code that those tests are tried on, relative to the crate.
    pub mutants: Vec<CandidateFile>,
    /// The course's code as it is (`""`) and each mutant, compiled for all submissions whose tests are tried on them.
    pub built: Mutex<BTreeMap<String, Arc<Built>>>,
}

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
        let package = &exercise.package;
        let noted = |name: &str, is_test| Call::read(calls, package, name, is_test);
        let library = noted(package, false).ok_or("cargo did not compile its library")?;
        let owned: Vec<CandidateFile> = (reference.files.iter())
            .filter(|file| exercise.owns(&file.path))
            .cloned()
            .collect();
        let starter = owned_files(&exercise, &course_root.join(&exercise.crate_folder));
        let mut known = owned.clone();
        // What the starter has in it is the learner's to keep.
        known.extend(starter.map_err(|error| error.to_string())?);
        let permits = Permits::of(&known);
        let start = starting_files(&exercise, course_root).map_err(|error| error.to_string())?;
        let pins = pins::of(&owned, &library.name);
        let mut targets: Vec<&str> = reference
            .tests
            .iter()
            .map(|test| test.target.as_str())
            .collect();
        targets.sort_unstable();
        targets.dedup();
        let mut tests = Vec::new();
        for target in targets {
            let path = PathBuf::from(format!("tests/{target}.rs"));
            let file = (reference.files.iter())
                .find(|file| file.path == path)
                .ok_or_else(|| format!("`tests/{target}.rs` is not there"))?;
            if exercise.owns(&path) {
                return Err(format!(
                    "`tests/{target}.rs` is the learner's own, and judges nobody"
                ));
            }
            let call = noted(target, true)
                .ok_or_else(|| format!("cargo did not compile `tests/{target}.rs`"))?;
            let text = String::from_utf8_lossy(&file.bytes);
            let (source, names) = rewrite(&text, target, &pins)
                .map_err(|error| format!("`tests/{target}.rs`: {error}"))?;
            let of_target = reference.tests.iter().filter(|test| test.target == target);
            for test in of_target {
                if !names.contains(&test.name) {
                    return Err(format!(
                        "`{}` can't be made to prove that it ended",
                        test.id()
                    ));
                }
            }
            tests.push(TestBench {
                target: target.to_owned(),
                call,
                source,
                pristine: text.into_owned(),
                unsafe_code: permits.unsafe_code || Permits::has_unsafe(std::slice::from_ref(file)),
            });
        }
        let suite = match &exercise.suite {
            None => None,
            Some(suite) => {
                let target = suite.target.clone();
                let call = noted(&target, true)
                    .ok_or_else(|| format!("cargo did not compile `tests/{target}.rs`"))?;
                Some((target, call))
            }
        };
        let (mutants, others): (Vec<CandidateFile>, Vec<CandidateFile>) = (reference.files.iter())
            .filter(|file| !exercise.owns(&file.path))
            .cloned()
            .partition(|file| file.path.starts_with("mutants"));
        let beside = (others.into_iter())
            .filter(|file| {
                !tests
                    .iter()
                    .any(|test| file.path == Path::new(&format!("tests/{}.rs", test.target)))
            })
            .collect();
        Ok(Bench {
            exercise,
            solution,
            reference,
            start,
            library,
            tests,
            permits,
            beside,
            suite,
            mutants,
            built: Mutex::default(),
        })
    }
}

/// Whether an exercise has a check that is graded in a box. Speed is not: nobody's measurements are steady where
/// submissions are graded side by side.
pub fn is_gradable(exercise: &Exercise) -> bool {
    !exercise.tests.is_empty()
        || !exercise.compile.is_empty()
        || !exercise.clippy.is_empty()
        || exercise.suite.is_some()
        || exercise.quiz.is_some()
        || exercise.review.is_some()
}
