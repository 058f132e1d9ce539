//! What was typed for the learner's way through the course and for the desk itself.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};

/// `workbook track`
#[derive(Debug, ClapArgs)]
pub struct TrackArgs {
    /// The track to follow from now on
    #[arg(conflicts_with_all = ["own", "whole"])]
    pub id: Option<String>,
    /// Compose a track of your own from exercises, topics, projects and weeks, in this order
    #[arg(long, value_name = "WHAT", num_args = 1.., conflicts_with = "whole")]
    pub own: Vec<String>,
    /// Follow the whole course again
    #[arg(long)]
    pub whole: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `workbook open`
#[derive(Debug, ClapArgs)]
pub struct OpenArgs {
    /// The exercise; by default the current one
    pub id: Option<String>,
}

/// `workbook update`
#[derive(Debug, ClapArgs)]
pub struct UpdateArgs {
    /// Take the course from this folder; by default from where the desk's was taken
    #[arg(long, value_name = "PATH", value_hint = ValueHint::DirPath)]
    pub course: Option<PathBuf>,
    /// Take the course that is built into the program
    #[arg(long, conflicts_with = "course")]
    pub built_in: bool,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}
