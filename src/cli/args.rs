//! What the user typed. Pure: no disk, no environment, no decisions.

mod author;
mod grade;
mod path;
mod profile;

use std::path::PathBuf;

use clap::builder::TypedValueParser as _;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::report::ColorWhen;

pub use author::{
    AuthorCommand, ImportArgs, ImportCommand, NewArgs, ProveArgs, ReleaseArgs, SealArgs,
};
pub use grade::{
    CheckGradeArgs, ExportArgs, GradeCommand, GradingArgs, HandedIn, MergeArgs, PlanArgs,
    RegradeArgs, Require, ResultsArgs, RunGradeArgs,
};
pub use path::{OpenArgs, TrackArgs, UpdateArgs};
pub use profile::{ProfileArgs, ProfileOf};

/// An interactive workbook that leads to senior Rust backend work.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "Exit codes: 0 all asked-for checks passed · 1 some did not · 2 usage or course error · \
                  3 nothing could be judged here · 4 stopped by a limit · 130 interrupted"
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// When to use colours; `NO_COLOR` and `CLICOLOR_FORCE` are respected
    #[arg(long, global = true, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    pub color: ColorWhen,

    /// For screen readers and logs: words for marks, no links, no progress bar
    #[arg(long, global = true)]
    pub plain: bool,

    /// Say how things were done, such as compiler warnings and times
    #[arg(long, short, global = true)]
    pub verbose: bool,

    /// Work as if started in DIR
    #[arg(short = 'C', long = "directory", global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub directory: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a desk: a directory to work in
    Init(InitArgs),
    /// The current exercise: what it asks, where the file is, and its checks run
    Next(NextArgs),
    /// Check one exercise
    Run(RunArgs),
    /// Check all exercises, or some; what is unchanged since it passed is taken from the record
    Verify(VerifyArgs),
    /// Check at every save
    Watch(WatchArgs),
    /// List the exercises, or what they teach
    List(ListArgs),
    /// Show what an exercise asks
    Show(ShowArgs),
    /// Open an exercise in your editor, at the first error
    Open(OpenArgs),
    /// Show the next hint
    Hint(HintArgs),
    /// Measure your speed in turn with the starter's and, after passing, the reference's
    Bench(BenchArgs),
    /// Where your code spends its time and where it allocates, as tables and flame graphs
    Profile(ProfileArgs),
    /// Answer an exercise's questions at the terminal
    Quiz(QuizArgs),
    /// Show a week's reading
    Notes(NotesArgs),
    /// Show the reference solution, after passing
    Solution(SolutionArgs),
    /// Compare your files with the reference or the starter
    Diff(DiffArgs),
    /// Why it matters: the text to read after passing
    Debrief(DebriefArgs),
    /// Put the starter back; your files are kept
    Reset(ResetArgs),
    /// Begin a stage of a project from the reference of the stage before; your files are kept
    Start(StartArgs),
    /// Leave an exercise for later
    Skip(SkipArgs),
    /// How far you are
    Progress(ProgressArgs),
    /// Choose a way through the course, or compose one
    Track(TrackArgs),
    /// Take a new version of the course; your work stays
    Update(UpdateArgs),
    /// Say what is missing here, and how to get it
    Doctor(DoctorArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// For instructors
    #[command(subcommand)]
    Author(AuthorCommand),
    /// Grade submissions that nobody trusts
    #[command(subcommand)]
    Grade(GradeCommand),
}

/// `workbook init`
#[derive(Debug, ClapArgs)]
pub struct InitArgs {
    /// The directory to make; it must not exist, or be empty
    #[arg(default_value = "workbook-desk", value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// Take the course from this folder and not from the one built into the program
    #[arg(long, value_name = "PATH", value_hint = ValueHint::DirPath)]
    pub course: Option<PathBuf>,
}

/// `workbook next`
#[derive(Debug, ClapArgs)]
pub struct NextArgs {
    /// Follow this track and not the whole course
    #[arg(long)]
    pub track: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `workbook run`
#[derive(Debug, ClapArgs)]
pub struct RunArgs {
    /// The exercise; by default the current one
    pub id: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `workbook verify`
#[derive(Debug, ClapArgs)]
pub struct VerifyArgs {
    /// The exercises; by default all
    pub ids: Vec<String>,
    /// All exercises of a week: 1, 2, … or capstone
    #[arg(long, value_name = "WEEK")]
    pub week: Option<String>,
    /// Judge everything again, whatever the record says
    #[arg(long)]
    pub fresh: bool,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Stop after this many seconds, with exit code 4
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub time_limit: Option<u64>,
}

/// How to report verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON document.
    Json,
    /// `JUnit` XML.
    Junit,
}

/// `workbook watch`
#[derive(Debug, ClapArgs)]
pub struct WatchArgs {
    /// Start with this exercise; by default with the current one
    pub id: Option<String>,
    /// Look for saves twice a second, where the system does not report them
    #[arg(long)]
    pub poll: bool,
}

/// `workbook list`
#[derive(Debug, ClapArgs)]
pub struct ListArgs {
    /// Only this week
    #[arg(long, value_name = "WEEK")]
    pub week: Option<String>,
    /// Only this track, in its order
    #[arg(long)]
    pub track: Option<String>,
    /// Only exercises in this state
    #[arg(long, value_enum)]
    pub state: Option<StateFilter>,
    /// The objectives, and which exercise teaches each
    #[arg(long, conflicts_with_all = ["track", "state"])]
    pub objectives: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// States to list by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StateFilter {
    /// Not passed yet.
    Open,
    /// Passed.
    Passed,
    /// Passed once, and failing since.
    Broken,
    /// Left for later.
    Skipped,
}

/// `workbook show`
#[derive(Debug, ClapArgs)]
pub struct ShowArgs {
    /// The exercise; by default the current one
    pub id: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `workbook hint`
#[derive(Debug, ClapArgs)]
pub struct HintArgs {
    /// The exercise; by default the current one
    pub id: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// Rounds of a bench that nobody asked for more or fewer of.
pub const ROUNDS: usize = 21;

/// `workbook bench`
#[derive(Debug, ClapArgs)]
pub struct BenchArgs {
    /// The exercise; by default the current one
    pub id: Option<String>,
    /// How many times each is measured
    #[arg(long, default_value_t = ROUNDS, value_parser = clap::value_parser!(u16).range(3..=1000).map(usize::from))]
    pub rounds: usize,
    /// Plot it in a page of its own
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub html: Option<PathBuf>,
    /// Plot each measurement in an SVG file of this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `workbook quiz`
#[derive(Debug, ClapArgs)]
pub struct QuizArgs {
    /// The exercise; by default the current one
    pub id: Option<String>,
    /// Ask also what is answered already
    #[arg(long)]
    pub all: bool,
    /// Ask nothing, and print one JSON document
    ///
    /// Its keys: `answers`, the learner's file; how many are `asked`, `answered` and `right`; and `questions`,
    /// each with `id`, `check`, `kind`, `ask`, `options` by letter or the `program` to read, the `answer` that you
    /// gave, and its `state`: open, right, wrong or unknown. No other answer is in it.
    #[arg(long, conflicts_with = "all")]
    pub json: bool,
}

/// `workbook notes`
#[derive(Debug, ClapArgs)]
pub struct NotesArgs {
    /// The week: 1, 2, … or capstone; by default the current exercise's
    pub week: Option<String>,
}

/// `workbook solution`
#[derive(Debug, ClapArgs)]
pub struct SolutionArgs {
    /// The exercise; by default the one passed last
    pub id: Option<String>,
    /// Show it although the exercise is not passed; that is recorded
    #[arg(long)]
    pub before_pass: bool,
    /// An alternative in place of the reference
    #[arg(long, value_name = "NAME")]
    pub alternative: Option<String>,
}

/// `workbook diff`
#[derive(Debug, ClapArgs)]
pub struct DiffArgs {
    /// The exercise; by default the current one
    pub id: Option<String>,
    /// What to compare with
    #[arg(long, value_enum, default_value_t = DiffWith::Starter)]
    pub with: DiffWith,
    /// Compare with the reference although the exercise is not passed; that is recorded
    #[arg(long)]
    pub before_pass: bool,
}

/// What to compare one's own files with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffWith {
    /// What the exercise started from.
    Starter,
    /// The reference solution.
    Reference,
}

/// `workbook debrief`
#[derive(Debug, ClapArgs)]
pub struct DebriefArgs {
    /// The exercise; by default the one passed last
    pub id: Option<String>,
    /// Show it although the exercise is not passed; that is recorded
    #[arg(long)]
    pub before_pass: bool,
}

/// `workbook reset`
#[derive(Debug, ClapArgs)]
pub struct ResetArgs {
    /// The exercise; by default the current one
    pub id: Option<String>,
    /// Bring back the files from before the last reset
    #[arg(long)]
    pub undo: bool,
}

/// `workbook start`
#[derive(Debug, ClapArgs)]
pub struct StartArgs {
    /// The stage; with `--stage`, its project
    pub id: String,
    /// The stage's number in the project, from 1
    #[arg(long, value_name = "N")]
    pub stage: Option<usize>,
}

/// `workbook skip`
#[derive(Debug, ClapArgs)]
pub struct SkipArgs {
    /// The exercise; by default the current one
    pub id: Option<String>,
}

/// `workbook progress`
#[derive(Debug, ClapArgs)]
pub struct ProgressArgs {
    /// Show it, by week, objective and day, in a page of its own
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub html: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `workbook doctor`
#[derive(Debug, ClapArgs)]
pub struct DoctorArgs {
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `workbook completions`
#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}
