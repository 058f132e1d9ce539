//! Examines one submission's files for one exercise: compiles them in a box, compiles the tests against them
//! in a box, and runs each test alone in a box.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use thiserror::Error;

use super::bench::Bench;
use super::calls::Change;
use super::cell::{self, Allowance, Cell, CellEnd, Purpose, Reach, Walls, system_libraries};
use super::kinds;
use super::marks::{CODE_UNBUILT, TESTS_UNBUILT, budgets, check, unbuilt};
use super::proof::Channel;
use super::record::{GradedCheck, Outcome};
use super::scratch::{Scratch, is_open_to_all, run_folder, set_mode};
use super::together::together;
use super::workshop::Workshop;
use crate::candidate::CandidateFile;
use crate::course::TestSpec;
use crate::engine::{ProcessError, Stop};

/// How long a compilation may take on the wall; its processor time is bounded more closely, and only that
/// is the submission's doing.
const COMPILE_WALL: Duration = Duration::from_mins(4);

/// How much is kept of what a process prints.
pub(super) const OUTPUT: usize = 16 * 1024;

/// Why a submission could not be examined. None of these is its doing.
#[derive(Debug, Error)]
pub enum ExamineError {
    /// A file or folder of ours.
    #[error("write below `{}`", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The runner could not start itself.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A wall that stood before can't be put up any more.
    #[error("put up the box: {why}")]
    NoCell {
        /// What it said.
        why: String,
    },
    /// Lints can't be looked for.
    #[error("run clippy; `rustup component add clippy` installs it: {why}")]
    NoClippy {
        /// What was said.
        why: String,
    },
    /// The machine is too slow or too full to tell.
    #[error("compile in {} s of wall time; the machine is overloaded", COMPILE_WALL.as_secs())]
    TooSlow,
    /// Somebody asked to stop.
    #[error("grade: interrupted")]
    Stopped,
}

/// What is examined in.
pub struct Examiner<'w> {
    /// What was made ready.
    pub workshop: &'w Workshop,
    /// The walls that can be put up here.
    pub walls: Walls,
    /// How far tests reach.
    pub reach: Reach,
    /// Processor time for each call of the compiler.
    pub compile_seconds: u64,
    /// Raised to end everything.
    pub stop: Stop,
}

impl Examiner<'_> {
    /// Every check of an exercise on these owned files; with `as_one`, its tests are compiled as one crate, if they are
    /// several and build so. Whether they did is told too.
    ///
    /// # Errors
    ///
    /// Only what the submission can't be blamed for.
    pub fn examine(
        &self,
        bench: &Bench,
        owned: &[CandidateFile],
        as_one: bool,
    ) -> Result<(Vec<GradedCheck>, bool), ExamineError> {
        let mut is_one = false;
        let checks = self.judged(bench, owned, true, |scratch| {
            let (checks, built_as_one) = self.all_tests(bench, as_one, scratch)?;
            is_one = built_as_one;
            Ok(checks)
        })?;
        Ok((checks, is_one))
    }

    /// Compiles a submission, has its tests run, and looks at everything else that the exercise asks for.
    pub(super) fn judged(
        &self,
        bench: &Bench,
        owned: &[CandidateFile],
        proves: bool,
        tests: impl FnOnce(&Scratch) -> Result<Vec<GradedCheck>, ExamineError>,
    ) -> Result<Vec<GradedCheck>, ExamineError> {
        let refused = bench.refuses(owned);
        let mut checks = if let Some(first) = refused.first() {
            unbuilt(bench, &format!("refused: {first}"), &refused.join("\n"))
        } else {
            let scratch = Scratch::new(bench, owned, proves)?;
            if let Some((how, said)) = self.crate_of(bench, &scratch, true)? {
                unbuilt(bench, &how, &said)
            } else {
                let mut checks = tests(&scratch)?;
                checks.extend(self.other_kinds(bench, owned, &scratch)?);
                checks
            }
        };
        checks.extend(kinds::answers(bench, owned));
        Ok(checks)
    }

    fn all_tests(
        &self,
        bench: &Bench,
        as_one: bool,
        scratch: &Scratch,
    ) -> Result<(Vec<GradedCheck>, bool), ExamineError> {
        let whole = match together(&bench.tests).filter(|_| as_one) {
            Some(whole) => self.tests(bench, &whole, scratch)?.ok(),
            None => None,
        };
        let mut checks = Vec::new();
        let mut figures: HashMap<String, f64> = HashMap::new();
        for target in &bench.tests {
            let built = match &whole {
                Some(program) => Ok(program.clone()),
                None => self.tests(bench, target, scratch)?,
            };
            for test in bench
                .reference
                .tests
                .iter()
                .filter(|test| test.target == target.target)
            {
                checks.push(match &built {
                    Err((how, said)) => {
                        let how = how.clone();
                        // What the compiler says of a hidden test shows the test.
                        let said = if test.hidden { "" } else { said.as_str() };
                        check(test, Outcome::Failed { how }, 0, said)
                    }
                    Ok(program) => {
                        let name = if whole.is_some() {
                            test.id()
                        } else {
                            test.name.clone()
                        };
                        self.run(bench, (test, name), program, scratch, &mut figures)?
                    }
                });
            }
        }
        // In the course's order.
        let place = |id: &str| {
            bench
                .reference
                .tests
                .iter()
                .position(|test| test.id() == id)
        };
        checks.sort_by_key(|check| place(&check.id));
        checks.extend(budgets(bench, &figures, &checks));
        Ok((checks, whole.is_some()))
    }

    pub(super) fn compile(
        &self,
        scratch: &Scratch,
        arguments: Vec<String>,
        read: &[&Path],
        work: &Path,
    ) -> Result<Result<(), (String, String)>, ExamineError> {
        let said = self.compiler_says(scratch, self.workshop.rustc(), arguments, read, work)?;
        Ok(said.map(drop))
    }

    /// Runs the compiler, or what does its work, in a box: what it said, or how it failed and what it said then.
    pub(super) fn compiler_says(
        &self,
        scratch: &Scratch,
        program: PathBuf,
        arguments: Vec<String>,
        read: &[&Path],
        work: &Path,
    ) -> Result<Result<String, (String, String)>, ExamineError> {
        let mut all = system(Purpose::Compile);
        all.push(self.workshop.sysroot.clone());
        all.push(self.workshop.dependencies.clone());
        all.extend(read.iter().map(|path| path.to_path_buf()));
        all.extend(scratch.generated.clone());
        let mut walls = self.walls;
        // Another user may not get to the toolchain where nothing puts it elsewhere.
        walls.user &= walls.namespaces || all.iter().all(|path| is_open_to_all(path));
        let cell = Cell {
            word: String::new(),
            user: None,
            walls,
            purpose: Purpose::Compile,
            reach: Reach::Nothing,
            read: all,
            work: work.to_owned(),
            fleeting: false,
            pipes: Vec::new(),
            anchor: scratch.path("anchor"),
            program,
            arguments,
            environment: [
                ("PATH".to_owned(), "/usr/bin:/bin".to_owned()),
                ("TMPDIR".to_owned(), work.display().to_string()),
            ]
            .into_iter()
            .chain(scratch.variables.clone())
            .collect(),
            allowance: Allowance {
                cpu_seconds: self.compile_seconds,
                ..Allowance::COMPILE
            },
        };
        let ran = cell::run(&cell, Stdio::null(), COMPILE_WALL, 2 * OUTPUT, &self.stop)?;
        let said = || ran.ended.stderr.text();
        match ran.end {
            CellEnd::Exited(0) => Ok(Ok(said())),
            CellEnd::Exited(_) => Ok(Err((CODE_UNBUILT.to_owned(), said()))),
            CellEnd::Signalled(_) => Ok(Err((
                "it does not build within the limits on time and memory".to_owned(),
                said(),
            ))),
            CellEnd::TimedOut => Err(ExamineError::TooSlow),
            CellEnd::Stopped => Err(ExamineError::Stopped),
            CellEnd::Refused(why) => Err(ExamineError::NoCell { why }),
        }
    }

    /// Everything of the submission's crate that tests need: what the course's build script makes of it, the library, and
    /// the programs. What was wrong, if they can't be had.
    pub(super) fn crate_of(
        &self,
        bench: &Bench,
        scratch: &Scratch,
        is_learners: bool,
    ) -> Result<Option<(String, String)>, ExamineError> {
        if let Some(wrong) = self.generate(scratch)? {
            return Ok(Some(wrong));
        }
        if let Some(wrong) = self.library(bench, scratch, is_learners)? {
            return Ok(Some(wrong));
        }
        self.programs(bench, scratch, is_learners)
    }

    /// Runs the course's build script on a copy of the submission.
    fn generate(&self, scratch: &Scratch) -> Result<Option<(String, String)>, ExamineError> {
        if scratch.generated.is_none() {
            return Ok(None);
        }
        let (program, work) = (scratch.path("script"), scratch.path("generated"));
        let mut read = system(Purpose::Run);
        read.push(program.clone());
        let cell = Cell {
            word: String::new(),
            user: None,
            walls: self.walls,
            purpose: Purpose::Run,
            reach: Reach::Nothing,
            read,
            work,
            fleeting: false,
            pipes: Vec::new(),
            anchor: scratch.path("anchor"),
            program,
            arguments: Vec::new(),
            environment: scratch.variables.clone(),
            allowance: Allowance::RUN,
        };
        let ran = cell::run(&cell, Stdio::null(), COMPILE_WALL, OUTPUT, &self.stop)?;
        match ran.end {
            CellEnd::Exited(0) => Ok(None),
            CellEnd::TimedOut => Err(ExamineError::TooSlow),
            CellEnd::Stopped => Err(ExamineError::Stopped),
            CellEnd::Refused(why) => Err(ExamineError::NoCell { why }),
            CellEnd::Exited(_) | CellEnd::Signalled(_) => {
                let how = "the course's build script can't read it".to_owned();
                Ok(Some((how, ran.ended.stderr.text())))
            }
        }
    }

    /// Compiles the submission's programs against its library.
    fn programs(
        &self,
        bench: &Bench,
        scratch: &Scratch,
        is_learners: bool,
    ) -> Result<Option<(String, String)>, ExamineError> {
        for ((call, source), program) in bench.programs.iter().zip(scratch.programs(bench)) {
            let sources = scratch.path("crate");
            let (work, out) = run_folder(scratch)?;
            let arguments = call.changed(&Change {
                source: &sources.join(source),
                out: &out,
                dependencies: &self.workshop.dependencies,
                externs: &[(bench.library.name.clone(), scratch.library(bench))],
                more: &self.limits_of(&sources, is_learners && !bench.permits.unsafe_code),
            });
            let read = [sources.as_path(), &scratch.path("lib")];
            if let Err(wrong) = self.compile(scratch, arguments, &read, &out)? {
                return Ok(Some(wrong));
            }
            let at = |source| ExamineError::Io {
                path: program.clone(),
                source,
            };
            // Under the name that its help and its errors say.
            std::fs::rename(out.join(call.stem()), &program).map_err(at)?;
            set_mode(&program, 0o555)?;
            drop(work);
        }
        Ok(None)
    }

    /// What every call of the compiler gets on top of what cargo says.
    fn limits_of(&self, sources: &Path, forbids_unsafe: bool) -> Vec<String> {
        let mut more = vec![
            format!("--remap-path-prefix={}/=", sources.display()),
            format!("--sysroot={}", self.workshop.sysroot.display()),
        ];
        if forbids_unsafe {
            more.push("-Funsafe_code".to_owned());
        }
        more
    }

    /// Compiles the submission where neither tests nor solution are.
    pub(super) fn library(
        &self,
        bench: &Bench,
        scratch: &Scratch,
        is_learners: bool,
    ) -> Result<Option<(String, String)>, ExamineError> {
        let (sources, out) = (scratch.path("crate"), scratch.path("lib"));
        let more = self.limits_of(&sources, is_learners && !bench.permits.unsafe_code);
        let arguments = bench.library.changed(&Change {
            source: &sources.join("src/lib.rs"),
            out: &out,
            dependencies: &self.workshop.dependencies,
            externs: &[],
            more: &more,
        });
        Ok(self.compile(scratch, arguments, &[&sources], &out)?.err())
    }

    /// Compiles a test target against the submission. Only now are tests there to be read, by a compiler that
    /// has the submission as a finished file.
    pub(super) fn tests(
        &self,
        bench: &Bench,
        target: &super::bench::TestBench,
        scratch: &Scratch,
    ) -> Result<Result<PathBuf, (String, String)>, ExamineError> {
        let (sources, out) = (
            scratch.path("crate"),
            scratch.path(&format!("bin-{}", target.target)),
        );
        let tests = scratch.path("with-tests");
        let library = scratch.library(bench);
        let mut more = self.limits_of(&tests, !target.unsafe_code);
        // Every processor grades somebody: units to compile side by side cost 7 % more, and nobody is sooner done.
        more.push("-Ccodegen-units=1".to_owned());
        let arguments = target.call.changed(&Change {
            source: &tests.join(format!("tests/{}.rs", target.target)),
            out: &out,
            dependencies: &self.workshop.dependencies,
            externs: &[(bench.library.name.clone(), library)],
            more: &more,
        });
        let read = [sources.as_path(), &tests, &scratch.path("lib")];
        let built = self.compile(scratch, arguments, &read, &out)?;
        if let Err((_, said)) = built {
            let how = TESTS_UNBUILT.to_owned();
            return Ok(Err((how, said)));
        }
        let program = out.join(target.call.stem());
        // To be run, and read by nobody.
        set_mode(&program, 0o111)?;
        Ok(Ok(program))
    }

    /// What tests may read or start besides themselves: the submission's programs and a shell, and its
    /// crate where they look at it.
    pub(super) fn within_reach(&self, bench: &Bench, scratch: &Scratch) -> Vec<PathBuf> {
        let mut all = Vec::new();
        if self.reach >= Reach::Processes {
            all.extend(scratch.programs(bench));
            all.extend(cell::shell());
        }
        if bench.reads_crate {
            all.push(scratch.path("crate"));
        }
        all
    }

    /// Runs a test, which has this name in its program.
    fn run(
        &self,
        bench: &Bench,
        (test, name): (&TestSpec, String),
        program: &Path,
        scratch: &Scratch,
        figures: &mut HashMap<String, f64>,
    ) -> Result<GradedCheck, ExamineError> {
        let (own, work) = run_folder(scratch)?;
        let pipe = own.path().join("figures");
        let (channel, input) =
            Channel::open(&test.id(), &pipe).map_err(|source| ExamineError::Io {
                path: pipe.clone(),
                source,
            })?;
        let mut read = system(Purpose::Run);
        read.push(program.to_owned());
        read.extend(self.within_reach(bench, scratch));
        let cell = Cell {
            word: String::new(),
            user: None,
            walls: self.walls,
            purpose: Purpose::Run,
            reach: self.reach,
            read,
            work: work.clone(),
            fleeting: true,
            pipes: vec![pipe.clone()],
            anchor: scratch.path("anchor"),
            program: program.to_owned(),
            arguments: [
                "--quiet",
                "--nocapture",
                "--test-threads=1",
                "--exact",
                &name,
            ]
            .map(str::to_owned)
            .to_vec(),
            environment: vec![
                ("TMPDIR".to_owned(), work.display().to_string()),
                ("WORKBOOK_FIGURES".to_owned(), pipe.display().to_string()),
                ("RUST_BACKTRACE".to_owned(), "0".to_owned()),
            ],
            allowance: Allowance::of_run(self.reach),
        };
        let wall = bench.exercise.limits.test_wall;
        let ran = cell::run(&cell, input, wall, OUTPUT, &self.stop)?;
        let heard = channel.close();
        let millis = u64::try_from(ran.ended.took.as_millis()).unwrap_or(u64::MAX);
        let failed = |how: String| Outcome::Failed { how };
        let outcome = match ran.end {
            CellEnd::Stopped => return Err(ExamineError::Stopped),
            CellEnd::Refused(why) => return Err(ExamineError::NoCell { why }),
            // Only this counts, whatever the process did afterwards.
            _ if heard.is_proven => Outcome::Passed,
            CellEnd::TimedOut => failed(format!("did not end within {} s", wall.as_secs())),
            CellEnd::Signalled(signal) => failed(format!("crashed with signal {signal}")),
            CellEnd::Exited(101) => failed("said no".to_owned()),
            CellEnd::Exited(code) => failed(format!(
                "the process ended with exit code {code} before the test did"
            )),
        };
        for (name, value) in heard.figures {
            let known = figures.entry(name).or_insert(value);
            *known = known.max(value);
        }
        let output = if outcome == Outcome::Passed {
            String::new()
        } else {
            format!("{}{}", ran.ended.stdout.text(), ran.ended.stderr.text())
        };
        Ok(check(test, outcome, millis, output.trim()))
    }
}

/// What every program needs, and what the compiler needs beyond that.
pub(super) fn system(purpose: Purpose) -> Vec<PathBuf> {
    let mut all = system_libraries();
    if purpose == Purpose::Compile {
        all.extend(["/usr/bin", "/bin", "/usr/libexec", "/etc/alternatives"].map(PathBuf::from));
    }
    all
}
