//! `[workload]`: what `workbook profile` looks into.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::kinds::plain_name;
use super::problem::{ProblemKind, nearest};
use super::reader::{At, Document, Table};

/// A test whose work `workbook profile` looks into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    /// The test file below `tests/`, without `.rs`.
    pub target: String,
    /// The test.
    pub name: String,
}

/// A [`Workload`] as written.
#[derive(Debug)]
pub struct WorkloadSpec {
    /// The file, or the whole table where it is not named.
    pub target: At<String>,
    /// The test.
    pub name: At<String>,
}

/// Reads `[workload]`.
pub(super) fn read(root: &Table<'_, '_>) -> Option<WorkloadSpec> {
    let read = |table: &Table<'_, '_>| {
        let name = table.text("name", "the test that hands over its work");
        let target = table.optional_text("target");
        let target = match target {
            Some(target) => At {
                span: target.span.clone(),
                value: plain_name(table, "target", target)?,
            },
            None => At {
                value: "workload".to_owned(),
                span: table.span(),
            },
        };
        let name = name?;
        Some(WorkloadSpec {
            target,
            name: At {
                span: name.span.clone(),
                value: plain_name(table, "name", name)?,
            },
        })
    };
    root.optional_table("workload", read).flatten()
}

/// Notes a workload whose file or test is not there: no check would ever run it.
pub(super) fn check(
    workload: &WorkloadSpec,
    root: &Path,
    crate_folder: &Path,
    document: &Document<'_>,
) {
    let file = format!("tests/{}.rs", workload.target.value);
    let path = crate_folder.join(file);
    let Ok(text) = std::fs::read_to_string(root.join(&path)) else {
        let remedy = "write the workload, or correct the `target`";
        let kind = ProblemKind::MissingFile { path, remedy };
        return document.note(workload.target.span.clone(), kind);
    };
    let functions: Vec<&str> = text
        .split("fn ")
        .skip(1)
        .filter_map(|rest| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
        })
        .collect();
    let name = &workload.name;
    if !functions.contains(&name.value.as_str()) {
        let kind = ProblemKind::Unknown {
            what: "test",
            name: name.value.clone(),
            nearest: nearest(&name.value, functions.into_iter()).map(str::to_owned),
        };
        document.note(name.span.clone(), kind);
    }
}
