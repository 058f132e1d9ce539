//! Examines one submission's files for one exercise: compiles them in a box, compiles the tests against them
//! in a box, and runs each test alone in a box.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

use super::bench::Bench;
use super::cell::{self, Allowance, Cell, CellEnd, Purpose, Reach, Walls, system_libraries};
use super::kinds;
use super::marks::{budgets, check, unbuilt};
use super::proof::Channel;
use super::record::{GradedCheck, Outcome};
use super::scratch::{Scratch, run_folder};
use super::together::together;
use super::workshop::Workshop;
use crate::candidate::CandidateFile;
use crate::course::TestSpec;
use crate::engine::{ProcessError, Stop};

/// How long a compilation may take on the wall; its processor time is bounded more closely, and only that
/// is the submission's doing.
pub(super) const COMPILE_WALL: Duration = Duration::from_mins(4);

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
    /// Speed is measured, in the submission's own process.
    pub measures: bool,
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
                let does_well = checks.iter().all(|it| it.outcome == Outcome::Passed);
                checks.extend(self.speeds(bench, &scratch, does_well)?);
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
        let ran = self.run_once(bench, (&test.id(), &name), program, scratch)?;
        for (name, value) in ran.figures {
            let known = figures.entry(name).or_insert(value);
            *known = known.max(value);
        }
        let output = if ran.outcome == Outcome::Passed {
            String::new()
        } else {
            ran.said
        };
        Ok(check(test, ran.outcome, ran.millis, output.trim()))
    }

    /// Runs a test, which proves that it ended with this id, and has this name in its program.
    pub(super) fn run_once(
        &self,
        bench: &Bench,
        (id, name): (&str, &str),
        program: &Path,
        scratch: &Scratch,
    ) -> Result<Ran, ExamineError> {
        let (own, work) = run_folder(scratch)?;
        let pipe = own.path().join("figures");
        let (channel, input) = Channel::open(id, &pipe).map_err(|source| ExamineError::Io {
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
                name,
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
        Ok(Ran {
            outcome,
            millis,
            figures: heard.figures,
            said: format!("{}{}", ran.ended.stdout.text(), ran.ended.stderr.text()),
        })
    }
}

/// One test's process, once it is over.
pub(super) struct Ran {
    /// Passed only if it proved that it ended.
    pub outcome: Outcome,
    pub millis: u64,
    /// What it told, in order.
    pub figures: Vec<(String, f64)>,
    pub said: String,
}

/// What every program needs, and what the compiler needs beyond that.
pub(super) fn system(purpose: Purpose) -> Vec<PathBuf> {
    let mut all = system_libraries();
    if purpose == Purpose::Compile {
        all.extend(["/usr/bin", "/bin", "/usr/libexec", "/etc/alternatives"].map(PathBuf::from));
    }
    all
}
