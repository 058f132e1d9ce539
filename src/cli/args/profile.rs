//! What was typed after `workbook profile`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum, ValueHint};

/// `workbook profile`
#[derive(Debug, ClapArgs)]
pub struct ProfileArgs {
    /// The exercise; by default the current one
    pub id: Option<String>,
    /// Whose code
    #[arg(long, value_enum, default_value_t = ProfileOf::Mine)]
    pub of: ProfileOf,
    /// Profile the reference although the exercise is not passed; that is recorded
    #[arg(long)]
    pub before_pass: bool,
    /// Draw the flame graphs in a page of its own
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub html: Option<PathBuf>,
    /// Draw each flame graph in an SVG file of this folder, with its stacks beside it for other tools
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Print one JSON document
    ///
    /// Its keys: `of` and `workload`; `cpu`, with the `functions` that are on the stack most, each with the shares
    /// `self` and `total` of the samples; `heap`, with the `lines` that allocate most; and `files`, what was written
    /// by --html and --out. Shares are from 0 to 1.
    #[arg(long)]
    pub json: bool,
}

/// Whose code to profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProfileOf {
    /// The learner's.
    Mine,
    /// What the exercise started from.
    Starter,
    /// The reference solution.
    Reference,
}

impl ProfileOf {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            ProfileOf::Mine => "mine",
            ProfileOf::Starter => "starter",
            ProfileOf::Reference => "reference",
        }
    }
}
