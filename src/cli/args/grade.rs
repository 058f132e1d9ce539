//! What was typed after `workbook grade`.

use std::path::PathBuf;

use clap::builder::TypedValueParser as _;
use clap::{Args as ClapArgs, Subcommand, ValueEnum, ValueHint};

use crate::grade::{Format, Shard};

/// Commands for grading.
#[derive(Debug, Subcommand)]
pub enum GradeCommand {
    /// Grade submissions, each in a box
    Run(RunGradeArgs),
    /// Show which exercises can be graded here and how, by grading what their author has: what learners begin with,
    /// the reference, alternatives and wrong attempts
    Check(CheckGradeArgs),
    /// Show how the work would be cut into shards
    Plan(PlanArgs),
    /// Bring the results of shards together, in any order and as often as you like
    Merge(MergeArgs),
    /// Write results in the form that something else reads
    Export(ExportArgs),
    /// Show whose points change under the policy as it is now; with --apply, give them out
    Regrade(RegradeArgs),
}

/// What is graded.
#[derive(Debug, ClapArgs)]
#[group(required = true, multiple = true, id = "handed_in")]
pub struct HandedIn {
    /// The folder of one submission
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "submissions")]
    pub submission: Option<PathBuf>,
    /// A folder with a folder for each submission
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub submissions: Option<PathBuf>,
}

/// `workbook grade run`
#[derive(Debug, ClapArgs)]
pub struct RunGradeArgs {
    /// What is graded
    #[command(flatten)]
    pub handed_in: HandedIn,
    /// Only this part of the work, as in 3/8
    #[arg(long, value_name = "I/N", default_value = "1/1")]
    pub shard: Shard,
    /// How it is graded
    #[command(flatten)]
    pub how: GradingArgs,
    /// Where results are kept; what is there already is not graded again
    #[arg(long, value_name = "DIR", default_value = "grades", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Print every result as one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `workbook grade check`
#[derive(Debug, ClapArgs)]
pub struct CheckGradeArgs {
    /// How it is graded
    #[command(flatten)]
    pub how: GradingArgs,
    /// Keep the results here; what is there already is not graded again
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// How it is graded.
#[derive(Debug, ClapArgs)]
pub struct GradingArgs {
    /// Only these exercises; by default all that have tests
    #[arg(long = "exercise", value_name = "ID")]
    pub exercises: Vec<String>,
    /// Refuse to grade with less than this
    #[arg(long, value_enum, default_value_t = Require::Boxed)]
    pub require: Require,
    /// Do without a layer of the box, to see what a machine would say that lacks it: namespaces, landlock,
    /// syscalls or user
    #[arg(long, value_name = "LAYER")]
    pub without: Vec<String>,
    /// Seal nothing: run tests in the submissions' own processes, as where an API does not let itself be sealed
    #[arg(long)]
    pub in_process: bool,
    /// How many submissions at once; by default as many as there are processors
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..).map(usize::from))]
    pub jobs: Option<usize>,
    /// Processor time that each compilation may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    pub compile_seconds: u64,
}

impl GradingArgs {
    /// How many threads grade.
    pub fn threads(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        self.jobs.unwrap_or_else(processors)
    }
}

/// What a result has to be worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Require {
    /// Only exercises whose expectations never share a process with a submission.
    Sealed,
    /// A box that hides files, and starts no processes but those that an exercise's own tests need.
    Boxed,
    /// Anything: for trying things out, never for credit.
    Nothing,
}

/// `workbook grade plan`
#[derive(Debug, ClapArgs)]
pub struct PlanArgs {
    /// What is graded
    #[command(flatten)]
    pub handed_in: HandedIn,
    /// Only these exercises; by default all that have tests
    #[arg(long = "exercise", value_name = "ID")]
    pub exercises: Vec<String>,
    /// How many shards
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..).map(usize::from))]
    pub shards: usize,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `workbook grade merge`
#[derive(Debug, ClapArgs)]
pub struct MergeArgs {
    /// The shards' folders
    #[arg(required = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub from: Vec<PathBuf>,
    /// Where all of them come together
    #[arg(long, value_name = "DIR", default_value = "grades", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
}

/// Which results, and what points are given for.
#[derive(Debug, ClapArgs)]
pub struct ResultsArgs {
    /// The folder of results
    #[arg(long, value_name = "DIR", default_value = "grades", value_hint = ValueHint::DirPath)]
    pub from: PathBuf,
    /// What points are given for; by default the course's `grading.toml`, if there is one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub policy: Option<PathBuf>,
    /// When each submission came in: lines of `name,2026-11-28T12:00:00Z`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub submitted: Option<PathBuf>,
}

/// `workbook grade export`
#[derive(Debug, ClapArgs)]
pub struct ExportArgs {
    /// The form
    #[arg(long, value_enum)]
    pub to: Format,
    /// Which results
    #[command(flatten)]
    pub results: ResultsArgs,
    /// Only this submission
    #[arg(long, value_name = "NAME")]
    pub submission: Option<String>,
    /// Write files into this folder and not to standard output
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
}

/// `workbook grade regrade`
#[derive(Debug, ClapArgs)]
pub struct RegradeArgs {
    /// Which results
    #[command(flatten)]
    pub results: ResultsArgs,
    /// Write the new points to `scores.json` beside the results
    #[arg(long)]
    pub apply: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}
