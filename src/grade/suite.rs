//! The learner's own tests, tried on the course's code and on its mutants, in a box.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, PoisonError};

use super::bench::Bench;
use super::calls::{Call, Change};
use super::cell::{self, Allowance, Cell, CellEnd, Purpose};
use super::examine::{ExamineError, Examiner, OUTPUT, system};
use super::kinds::SUITE;
use super::scratch::{Scratch, run_folder, set_mode};
use crate::candidate::CandidateFile;
use crate::checks;
use crate::engine::{CheckState, Failure, TestOutput};

/// The course's own code, compiled. Its folders go with it.
pub struct Built {
    scratch: Scratch,
    library: PathBuf,
}

impl Examiner<'_> {
    /// The learner's tests on the true code, and if they pass it on each mutant.
    pub(super) fn suite(
        &self,
        bench: &Bench,
        owned: &[CandidateFile],
        found: &mut Vec<(String, CheckState)>,
    ) -> Result<(), ExamineError> {
        let mutants = &bench.exercise.mutants;
        let on_true = self.suite_on(bench, owned, None)?;
        let passes = on_true == CheckState::Passed;
        found.push((SUITE.to_owned(), on_true));
        for spec in mutants {
            let state = if passes {
                let on_mutant = self.suite_on(bench, owned, Some(&spec.name))?;
                checks::mutants::judge(spec, on_mutant)
            } else {
                let why = "the tests have to pass the true code first".to_owned();
                CheckState::NotRun { why }
            };
            found.push((spec.id(), state));
        }
        Ok(())
    }

    /// The learner's tests on the course's code, or on this mutant of it. They are compiled where neither the course's
    /// own tests nor any mutant's source can be read, and in folders whose names tell nothing.
    fn suite_on(
        &self,
        bench: &Bench,
        owned: &[CandidateFile],
        mutant: Option<&str>,
    ) -> Result<CheckState, ExamineError> {
        let built = match self.code(bench, owned, mutant)? {
            Ok(built) => built,
            Err(why) => return Ok(CheckState::CouldNotJudge { why }),
        };
        let Some((target, call)) = &bench.suite else {
            let why = "cargo did not compile the learner's tests".to_owned();
            return Ok(CheckState::CouldNotJudge { why });
        };
        let scratch = Scratch::new(bench, owned, false)?;
        let program = match self.own_tests(bench, (target, call), owned, &built, &scratch)? {
            Ok(program) => program,
            Err((_, said)) => {
                let target = target.clone();
                let errors = vec![said];
                let failure = Failure::TestsDoNotBuild { target, errors };
                return Ok(CheckState::Failed { failure });
            }
        };
        self.run_suite(bench, &program, (&built.scratch, &scratch))
    }

    /// The course's code, or this mutant of it, compiled: once for all submissions that have no part in it. `Err` says
    /// why it could not be.
    fn code(
        &self,
        bench: &Bench,
        owned: &[CandidateFile],
        mutant: Option<&str>,
    ) -> Result<Result<Arc<Built>, String>, ExamineError> {
        let name = mutant.unwrap_or_default();
        let is_of_all = !owned.iter().any(|file| file.path.starts_with("src"));
        // What a panic left in it is whole: a line is added when it is built.
        let known = |bench: &Bench| {
            let known = bench.built.lock().unwrap_or_else(PoisonError::into_inner);
            known.get(name).cloned()
        };
        if let Some(built) = known(bench).filter(|_| is_of_all) {
            return Ok(Ok(built));
        }
        // What stays for others has nothing of a submission in it.
        let scratch = Scratch::new(bench, if is_of_all { &[] } else { owned }, false)?;
        let prefix = Path::new("mutants").join(name);
        for file in bench.mutants.iter().filter(|_| mutant.is_some()) {
            if let Ok(path) = file.path.strip_prefix(&prefix) {
                let place = Path::new("crate").join(path);
                scratch.write(&place.to_string_lossy(), &file.bytes)?;
            }
        }
        if let Some((how, said)) = self.crate_of(bench, &scratch, false)? {
            let why = format!("the course's own code: {how}: {}", first_line(&said));
            return Ok(Err(why));
        }
        let library = scratch.library(bench);
        let built = Arc::new(Built { scratch, library });
        if is_of_all {
            let mut all = bench.built.lock().unwrap_or_else(PoisonError::into_inner);
            all.insert(name.to_owned(), Arc::clone(&built));
        }
        Ok(Ok(built))
    }

    fn own_tests(
        &self,
        bench: &Bench,
        (target, call): (&str, &Call),
        owned: &[CandidateFile],
        built: &Built,
        scratch: &Scratch,
    ) -> Result<Result<PathBuf, (String, String)>, ExamineError> {
        // Only what is the learner's own and what tests share: no test of the course's.
        for file in owned.iter().chain(&bench.beside) {
            let is_of_course = file.path.starts_with("compile") || file.path.starts_with("mutants");
            if !is_of_course {
                let place = Path::new("own").join(&file.path);
                scratch.write(&place.to_string_lossy(), &file.bytes)?;
            }
        }
        let (sources, out) = (scratch.path("own"), scratch.path("answers"));
        let mut more = vec![
            format!("--remap-path-prefix={}/=", sources.display()),
            format!("--sysroot={}", self.workshop.sysroot.display()),
        ];
        if !bench.permits.unsafe_code {
            more.push("-Funsafe_code".to_owned());
        }
        let arguments = call.changed(&Change {
            source: &sources.join(format!("tests/{target}.rs")),
            out: &out,
            dependencies: &self.workshop.dependencies,
            externs: &[(bench.library.name.clone(), built.library.clone())],
            more: &more,
        });
        let read = [sources.as_path(), &built.scratch.path("lib")];
        // The programs that they start, and the crate that they read, are those of the code that they are tried on.
        if let Err(said) = self.compile(&built.scratch, arguments, &read, &out)? {
            return Ok(Err(said));
        }
        let program = out.join(call.stem());
        set_mode(&program, 0o111)?;
        Ok(Ok(program))
    }

    /// Runs all of the learner's tests in one process. How it ended is the submission's word: but a word that is the
    /// same for the true code and for a mutant fails one of the two checks.
    fn run_suite(
        &self,
        bench: &Bench,
        program: &Path,
        (code, scratch): (&Scratch, &Scratch),
    ) -> Result<CheckState, ExamineError> {
        let (own, work) = run_folder(scratch)?;
        let mut read = system(Purpose::Run);
        read.push(program.to_owned());
        read.extend(self.within_reach(bench, code));
        let cell = Cell {
            word: String::new(),
            user: None,
            walls: self.walls,
            purpose: Purpose::Run,
            reach: self.reach,
            read,
            work: work.clone(),
            fleeting: true,
            pipes: Vec::new(),
            anchor: scratch.path("anchor"),
            program: program.to_owned(),
            arguments: vec!["--test-threads=1".to_owned()],
            environment: vec![
                ("TMPDIR".to_owned(), work.display().to_string()),
                ("RUST_BACKTRACE".to_owned(), "0".to_owned()),
            ],
            allowance: Allowance::of_run(self.reach),
        };
        let wall = bench.exercise.limits.test_wall;
        let ran = cell::run(&cell, Stdio::null(), wall, OUTPUT, &self.stop)?;
        drop(own);
        let output = TestOutput {
            stdout: ran.ended.stdout,
            stderr: ran.ended.stderr,
            left_behind: 0,
        };
        let failure = match ran.end {
            CellEnd::Stopped => return Err(ExamineError::Stopped),
            CellEnd::Refused(why) => return Err(ExamineError::NoCell { why }),
            CellEnd::Exited(0) if ran_any(&output.stdout.text()) => return Ok(CheckState::Passed),
            CellEnd::Exited(0) => Failure::Missing,
            CellEnd::Exited(101) => Failure::Assertion { output },
            CellEnd::Exited(code) => Failure::EarlyExit { code, output },
            CellEnd::Signalled(signal) => Failure::Crashed { signal, output },
            CellEnd::TimedOut => Failure::TimedOut {
                after: wall,
                output,
            },
        };
        Ok(CheckState::Failed { failure })
    }
}

/// Whether a harness says that it ran a test.
fn ran_any(stdout: &str) -> bool {
    stdout.contains("test result: ok.") && !stdout.contains("test result: ok. 0 passed")
}

fn first_line(said: &str) -> &str {
    said.lines().next().unwrap_or("")
}
