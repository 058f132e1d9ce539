//! `[origin]` of `exercise.toml`: where an exercise came from that was made for another tool.

use serde::{Deserialize, Serialize};

use super::reader::Table;

/// Where an imported exercise came from, and what follows from that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// `rustlings`, `exercism` or `crates`.
    pub tool: String,
    /// The file or folder, relative to the folder that was imported.
    pub path: String,
    /// Making it compile may be the exercise.
    pub may_not_build: bool,
    /// There is nothing to do at first: reading and running it is the exercise.
    pub starts_solved: bool,
    /// No solution came with it.
    pub no_reference: bool,
}

/// Reads `[origin]`, if it is there.
pub(super) fn read(root: &Table<'_, '_>) -> Option<Origin> {
    root.optional_table("origin", |table| {
        let tool = table.text(
            "tool",
            "what the exercise was made for, such as \"rustlings\"",
        );
        let path = table.text("path", "where it was, relative to what was imported");
        let flag = |key| table.optional_flag(key).unwrap_or(false);
        Some(Origin {
            may_not_build: flag("may_not_build"),
            starts_solved: flag("starts_solved"),
            no_reference: flag("no_reference"),
            tool: tool?.value,
            path: path?.value,
        })
    })
    .flatten()
}
