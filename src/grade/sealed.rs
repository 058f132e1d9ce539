//! Examines a submission sealed: tests that were compiled once against a stub run in one box, and the
//! submission answers from another.

use std::path::PathBuf;

use super::bench::{Bench, TestBench};
use super::calls::Change;
use super::cell::{self, Allowance, Cell, CellEnd, Purpose, Reach};
use super::examine::{ExamineError, Examiner, OUTPUT, system};
use super::marks::{check, tests_unbuilt};
use super::object_store::Made;
use super::record::{GradedCheck, Outcome};
use super::scratch::{Scratch, run_folder, set_mode};
use super::seal::{Seal, WIRE_CRATE};
use crate::candidate::CandidateFile;
use crate::course::TestSpec;
use crate::engine::Stop;

/// The folder of the program that answers.
const ANSWERS: &str = "answers";

/// The tests of an exercise, compiled against its stub.
pub struct SealedTests {
    /// The folders go with it.
    _scratch: Scratch,
    programs: Vec<(String, PathBuf)>,
    answers: String,
}

impl Examiner<'_> {
    /// Compiles an exercise's tests against a stub of its API.
    ///
    /// # Errors
    ///
    /// Why it can't be sealed, in words.
    pub fn seal(&self, bench: &Bench) -> Result<SealedTests, String> {
        if !bench.exercise.budgets.is_empty() {
            return Err("its budgets are measured in the submission's own process".to_owned());
        }
        if bench.script.is_some() || !bench.programs.is_empty() {
            return Err("its tests know more of it than its library".to_owned());
        }
        let owned: Vec<CandidateFile> = (bench.reference.files.iter())
            .filter(|file| bench.exercise.owns(&file.path))
            .cloned()
            .collect();
        let Seal { stub, answers } = Seal::of(&owned, &bench.library.name)?;
        let told = |error: ExamineError| error.to_string();
        let stub = CandidateFile {
            path: "src/lib.rs".into(),
            bytes: stub.into_bytes(),
        };
        let stub = [stub];
        let scratch = Scratch::new(bench, &stub, false).map_err(told)?;
        let mut has_library = false;
        let mut programs = Vec::new();
        for target in &bench.tests {
            if target.pristine.contains("#[path") {
                return Err("its tests take the submission's files in".to_owned());
            }
            let out = scratch.path(&format!("bin-{}", target.target));
            let made = Made {
                library: &stub,
                out: &format!("sealed {}", target.target),
                proves: false,
            };
            let store = &self.workshop.objects;
            let program = out.join(target.call.stem());
            let known = store.program(bench, made);
            if known.is_some_and(|known| std::fs::copy(known, &program).is_ok()) {
                set_mode(&program, 0o111).map_err(told)?;
                programs.push((target.target.clone(), program));
                continue;
            }
            if !has_library
                && let Some((how, said)) = self.library(bench, &scratch, false).map_err(told)?
            {
                return Err(format!("the stub: {how}: {}", first_error(&said)));
            }
            has_library = true;
            match self.tests(bench, target, &scratch).map_err(told)? {
                Ok(program) => {
                    // Nothing runs yet that it is hidden from. Without a copy the next run compiles it again.
                    set_mode(&program, 0o555).map_err(told)?;
                    let _ = store.keep_program(bench, made, &program);
                    set_mode(&program, 0o111).map_err(told)?;
                    programs.push((target.target.clone(), program));
                }
                Err((how, said)) => return Err(format!("{how}: {}", first_error(&said))),
            }
        }
        Ok(SealedTests {
            _scratch: scratch,
            programs,
            answers,
        })
    }

    /// Every check of an exercise on these owned files, sealed.
    ///
    /// # Errors
    ///
    /// As [`Examiner::examine`].
    pub fn examine_sealed(
        &self,
        bench: &Bench,
        sealed: &SealedTests,
        owned: &[CandidateFile],
    ) -> Result<Vec<GradedCheck>, ExamineError> {
        self.judged(bench, owned, false, |scratch| {
            let program = match self.answering(bench, sealed, scratch)? {
                Ok(program) => program,
                Err((_, said)) => {
                    let how = "the tests do not build against it: its API is not the exercise's";
                    return Ok(tests_unbuilt(bench, how, &said));
                }
            };
            let mut checks = Vec::new();
            for test in &bench.reference.tests {
                let tests = sealed
                    .programs
                    .iter()
                    .find(|(target, _)| *target == test.target);
                // Every target was compiled.
                if let Some((_, tests)) = tests {
                    checks.push(self.ask(bench, test, tests, &program, scratch)?);
                }
            }
            Ok(checks)
        })
    }

    /// Links the program that answers with the submission in it.
    fn answering(
        &self,
        bench: &Bench,
        sealed: &SealedTests,
        scratch: &Scratch,
    ) -> Result<Result<PathBuf, (String, String)>, ExamineError> {
        let Some(test) = bench.tests.first() else {
            return Ok(Err(("it has no tests".to_owned(), String::new())));
        };
        let compile = |scratch: &Scratch| self.compile_answering(bench, sealed, test, scratch);
        if let Err(said) = self.linked_or(bench, scratch, ANSWERS, &compile)? {
            return Ok(Err(said));
        }
        let program = scratch.path(ANSWERS).join(test.call.stem());
        set_mode(&program, 0o111)?;
        Ok(Ok(program))
    }

    fn compile_answering(
        &self,
        bench: &Bench,
        sealed: &SealedTests,
        test: &TestBench,
        scratch: &Scratch,
    ) -> Result<Result<(), (String, String)>, ExamineError> {
        let (source, out) = (
            scratch.path("crate").join("answers.rs"),
            scratch.path(ANSWERS),
        );
        scratch.write("crate/answers.rs", sealed.answers.as_bytes())?;
        let library = scratch.library(bench);
        // One unit is less to start than several are worth for so little.
        let more = [
            format!("--sysroot={}", self.workshop.sysroot.display()),
            "-Ccodegen-units=1".to_owned(),
        ];
        let mut arguments = test.call.changed(&Change {
            source: &source,
            out: &out,
            dependencies: &self.workshop.dependencies,
            externs: &[(bench.library.name.clone(), library)],
            more: &more,
        });
        arguments.retain(|word| word != "--test");
        arguments.push("--cap-lints=allow".to_owned());
        let wire = &self.workshop.wire;
        arguments.push(format!("--extern={WIRE_CRATE}={}", wire.display()));
        let read = [scratch.path("crate"), scratch.path("lib"), wire.clone()];
        let read: Vec<_> = read.iter().map(PathBuf::as_path).collect();
        self.compile(scratch, arguments, &read, &out)
    }

    /// Runs a test in one box and the submission in another, with nothing between them but questions and
    /// answers.
    fn ask(
        &self,
        bench: &Bench,
        test: &TestSpec,
        tests: &std::path::Path,
        program: &std::path::Path,
        scratch: &Scratch,
    ) -> Result<GradedCheck, ExamineError> {
        let (asking, answering) = super::proof::line().map_err(|source| ExamineError::Io {
            path: scratch.path("answers"),
            source,
        })?;
        let (own, work) = run_folder(scratch)?;
        let cell = |program: &std::path::Path, arguments: Vec<String>| {
            let mut read = system(Purpose::Run);
            read.push(program.to_owned());
            Cell {
                word: String::new(),
                user: None,
                walls: self.walls,
                purpose: Purpose::Run,
                reach: Reach::Nothing,
                read,
                work: work.clone(),
                fleeting: true,
                pipes: Vec::new(),
                anchor: scratch.path("anchor"),
                program: program.to_owned(),
                arguments,
                environment: vec![
                    ("TMPDIR".to_owned(), work.display().to_string()),
                    ("RUST_BACKTRACE".to_owned(), "0".to_owned()),
                ],
                allowance: Allowance::RUN,
            }
        };
        let words = [
            "--quiet",
            "--nocapture",
            "--test-threads=1",
            "--exact",
            &test.name,
        ];
        let asker = cell(tests, words.map(str::to_owned).to_vec());
        let answerer = cell(program, Vec::new());
        let wall = bench.exercise.limits.test_wall;
        let over: Stop = self.stop.part();
        let (asked, answered) = std::thread::scope(|scope| {
            let over = &over;
            let answers = std::thread::Builder::new()
                .name("answering".to_owned())
                .spawn_scoped(scope, move || {
                    cell::run(&answerer, answering, wall * 2, OUTPUT, over)
                })
                .map_err(|source| ExamineError::Io {
                    path: program.to_owned(),
                    source,
                })?;
            let asked = cell::run(&asker, asking, wall, OUTPUT, &self.stop);
            over.raise();
            let answered = answers.join().map_err(|_| ExamineError::Stopped)?;
            Ok::<_, ExamineError>((asked?, answered?))
        })?;
        drop(own);
        if self.stop.is_raised() {
            return Err(ExamineError::Stopped);
        }
        for end in [&asked.end, &answered.end] {
            if let CellEnd::Refused(why) = end {
                return Err(ExamineError::NoCell { why: why.clone() });
            }
        }
        let said = asked.ended.stdout.text();
        let failed = |how: String| Outcome::Failed { how };
        // Nothing of the submission is in this process: what its harness prints is the harness's.
        let outcome = match asked.end {
            CellEnd::Exited(0) if said.contains("test result: ok. 1 passed") => Outcome::Passed,
            CellEnd::TimedOut => failed(format!("did not end within {} s", wall.as_secs())),
            CellEnd::Signalled(signal) => failed(format!("crashed with signal {signal}")),
            _ => match answered.end {
                CellEnd::Signalled(signal) => failed(format!("crashed with signal {signal}")),
                CellEnd::Exited(code) if code != 0 => failed(format!(
                    "the process ended with exit code {code} before the test did"
                )),
                _ => failed("said no".to_owned()),
            },
        };
        let millis = u64::try_from(asked.ended.took.as_millis()).unwrap_or(u64::MAX);
        let output = if outcome == Outcome::Passed {
            String::new()
        } else {
            let printed = answered.ended.stdout.text() + &answered.ended.stderr.text();
            format!("{said}{}{printed}", asked.ended.stderr.text())
        };
        Ok(check(test, outcome, millis, output.trim()))
    }
}

fn first_error(said: &str) -> String {
    let line = said.lines().find(|line| line.starts_with("error"));
    line.unwrap_or("no error is named").to_owned()
}
