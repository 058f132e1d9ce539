//! What was typed after `workbook author`.

use std::path::PathBuf;

use clap::builder::TypedValueParser as _;
use clap::{Args as ClapArgs, Subcommand, ValueHint};

use super::Format;
use crate::author::NewKind;

/// Commands for instructors.
#[derive(Debug, Subcommand)]
pub enum AuthorCommand {
    /// Make a new exercise, complete but for its texts, and list it in curriculum.toml
    New(NewArgs),
    /// Show by running that exercises are good: starters fail as stated, references and alternatives
    /// pass, wrong attempts fail for the reason they name
    Prove(ProveArgs),
    /// Bring in a course that was made for another tool
    #[command(subcommand)]
    Import(ImportCommand),
    /// Write the learner's edition: no solutions, no hidden tests, answers only as hashes
    Release(ReleaseArgs),
    /// Write the keys of quizzes and reviews from the reference's answers
    Seal(SealArgs),
}

/// `workbook author new`
#[derive(Debug, ClapArgs)]
pub struct NewArgs {
    /// The topic and the new id, as in `values/useful_default`
    #[arg(value_name = "TOPIC/ID")]
    pub name: String,
    /// What the exercise checks
    #[arg(long, value_enum, default_value_t = NewKind::Tests)]
    pub kind: NewKind,
    /// The week of a topic that is not in the course yet
    #[arg(long)]
    pub week: Option<String>,
    /// What it teaches; by default the topic's first objective that nothing teaches yet
    #[arg(long, value_name = "TOPIC.NAME")]
    pub objective: Option<String>,
}

/// The formats that `workbook author import` reads.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// `info.toml`, and one file per exercise
    Rustlings(ImportArgs),
    /// An exercism track: `config.json`, and `.meta/config.json` for each exercise
    Exercism(ImportArgs),
    /// A workspace with a crate per exercise
    Crates {
        #[command(flatten)]
        import: ImportArgs,
        /// The solutions: a folder of the same layout
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "solutions_branch")]
        solutions: Option<PathBuf>,
        /// The solutions: a branch of the same git repository
        #[arg(long, value_name = "NAME")]
        solutions_branch: Option<String>,
    },
}

/// What every import is told.
#[derive(Debug, ClapArgs)]
pub struct ImportArgs {
    /// The folder of the course that is brought in; it stays as it is
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// The folder to write; it must not exist, or be empty
    #[arg(long, value_name = "COURSE", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `workbook author release`
#[derive(Debug, ClapArgs)]
pub struct ReleaseArgs {
    /// The folder to write; it must not exist, or be empty
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
}

/// `workbook author seal`
#[derive(Debug, ClapArgs)]
pub struct SealArgs {
    /// The exercises; by default all
    pub ids: Vec<String>,
}

/// `workbook author prove`
#[derive(Debug, ClapArgs)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "options that do not depend on each other"
)]
pub struct ProveArgs {
    /// The exercises; by default all
    pub ids: Vec<String>,
    /// Only exercises that git has seen change since this revision; by default since the last commit
    #[arg(long, value_name = "REVISION", num_args = 0..=1, default_missing_value = "HEAD", require_equals = true)]
    pub changed: Option<String>,
    /// Judge every candidate this many times, its tests in another order each time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub repeat: u32,
    /// Also look for hidden tests that neither the starter nor a wrong attempt nor a small change fails
    #[arg(long)]
    pub hidden: bool,
    /// Also change each proven reference in small ways, and list the changes that no test notices
    #[arg(long)]
    pub mutants: bool,
    /// Prove everything again, also what is unchanged since it was proven
    #[arg(long)]
    pub fresh: bool,
    /// Begin with no more exercises after this many seconds. The ones that changed last take turns with some
    /// drawn by lot, another lot for each commit. --mutants has what the proofs leave of it
    #[arg(long, value_name = "SECONDS")]
    pub within: Option<u64>,
    /// How many tests run at once; by default as many as there are processors. With more of them a --repeat
    /// ends sooner, because much of a test that fails is waiting, and what depends on the machine's moment shows
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..).map(usize::from))]
    pub jobs: Option<usize>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}
