//! What the compiler does for a submission, each call in a box: its library, its programs, tests against it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::bench::{Bench, TestBench};
use super::calls::{Call, Change};
use super::cell::{self, Allowance, Cell, CellEnd, Purpose, Reach};
use super::examine::{COMPILE_WALL, ExamineError, Examiner, OUTPUT, system};
use super::marks::{CODE_UNBUILT, TESTS_UNBUILT};
use super::scratch::{Scratch, is_open_to_all, run_folder, set_mode};
use crate::engine::is_unoptimised;

/// How rustc begins to say that linking failed.
const LINKER_FAILED: &str = "error: linking with `";

impl Examiner<'_> {
    pub(super) fn compile(
        &self,
        scratch: &Scratch,
        mut arguments: Vec<String>,
        read: &[&Path],
        work: &Path,
    ) -> Result<Result<(), (String, String)>, ExamineError> {
        if let Some(linker) = &scratch.linker {
            arguments.push(format!("-Clinker={}", linker.display()));
        }
        let once = || {
            self.compiler_says(
                scratch,
                self.workshop.rustc(),
                arguments.clone(),
                read,
                work,
            )
        };
        let mut said = once()?;
        // Code that compiles is hardly ever to blame for a linker that fails; a machine with much to do may be.
        if said
            .as_ref()
            .is_err_and(|(_, said)| said.contains(LINKER_FAILED))
        {
            said = once()?;
        }
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
        all.extend(scratch.linker.clone());
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
                more: &self.limits_of(call, &sources, is_learners && bench.forbids_unsafe()),
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
    fn limits_of(&self, call: &Call, sources: &Path, forbids_unsafe: bool) -> Vec<String> {
        let mut more = vec![
            format!("--remap-path-prefix={}/=", sources.display()),
            format!("--sysroot={}", self.workshop.sysroot.display()),
        ];
        if forbids_unsafe {
            more.push("-Funsafe_code".to_owned());
        }
        // Every processor grades somebody: units to compile side by side cost 7 % more, and nobody is sooner done. Where
        // speed counts they stay: what is inlined depends on them.
        if is_unoptimised(&call.arguments) {
            more.push("-Ccodegen-units=1".to_owned());
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
        let forbids_unsafe = is_learners && bench.forbids_unsafe();
        let more = self.limits_of(&bench.library, &sources, forbids_unsafe);
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
        target: &TestBench,
        scratch: &Scratch,
    ) -> Result<Result<PathBuf, (String, String)>, ExamineError> {
        let folder = format!("bin-{}", target.target);
        let compile = |scratch: &Scratch| self.compile_tests(bench, target, scratch);
        if let Err((_, said)) = self.linked_or(bench, scratch, &folder, &compile)? {
            let how = TESTS_UNBUILT.to_owned();
            return Ok(Err((how, said)));
        }
        let program = scratch.path(&folder).join(target.call.stem());
        // To be run, and read by nobody who does not have to: what lies in the memory of what can be read can be, too.
        set_mode(&program, if bench.reads_program { 0o555 } else { 0o111 })?;
        Ok(Ok(program))
    }

    fn compile_tests(
        &self,
        bench: &Bench,
        target: &TestBench,
        scratch: &Scratch,
    ) -> Result<Result<(), (String, String)>, ExamineError> {
        let (sources, out) = (
            scratch.path("crate"),
            scratch.path(&format!("bin-{}", target.target)),
        );
        let tests = scratch.path("with-tests");
        let library = scratch.library(bench);
        let more = self.limits_of(&target.call, &tests, !target.unsafe_code);
        let arguments = target.call.changed(&Change {
            source: &tests.join(format!("tests/{}.rs", target.target)),
            out: &out,
            dependencies: &self.workshop.dependencies,
            externs: &[(bench.library.name.clone(), library)],
            more: &more,
        });
        let read = [sources.as_path(), &tests, &scratch.path("lib")];
        self.compile(scratch, arguments, &read, &out)
    }
}
