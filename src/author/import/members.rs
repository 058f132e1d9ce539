//! Which packages a workspace has, and which of them are exercises.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use glob::Pattern;
use tempfile::TempDir;

use super::ImportError;
use super::draft::Left;
use super::manifest::{each_dependency, parse, path_of};
use super::source::{Source, natural, tidy};
use crate::course::IN_FOLDERS;

/// The folders of the workspace's members, in natural order. Without a workspace, every package is one.
pub(super) fn members(source: &Source, root: Option<&str>) -> Result<Vec<PathBuf>, ImportError> {
    let path = source.path("Cargo.toml");
    let bad = |what: &str| ImportError::Unfit {
        path: path.clone(),
        what: what.to_owned(),
    };
    let manifest = parse(root.unwrap_or_default(), &path)?;
    let workspace = manifest.get("workspace");
    if workspace.is_none() && root.is_some() {
        return Err(bad("it has no `[workspace]`"));
    }
    let globs = |key: &str| -> Result<Vec<_>, ImportError> {
        let list = workspace.and_then(|it| it.get(key)?.as_array());
        let texts = list
            .into_iter()
            .flatten()
            .filter_map(toml_edit::Value::as_str);
        let build = |text: &str| {
            let text = text.trim_start_matches("./").trim_end_matches('/');
            // Cargo reads them with the same crate.
            Pattern::new(text).map_err(|_| bad(&format!("`{text}` is no pattern")))
        };
        texts.map(build).collect()
    };
    let (members, excluded) = (globs("members")?, globs("exclude")?);
    let is_in = |list: &[Pattern], folder: &Path| {
        let mut list = list.iter();
        list.any(|it| it.matches_path_with(folder, IN_FOLDERS))
    };
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        for name in source.folders(&folder) {
            if name.starts_with('.') || name == "target" {
                continue;
            }
            let folder = folder.join(name);
            let is_member = workspace.is_none() || is_in(&members, &folder);
            let is_excluded = is_in(&excluded, &folder);
            if is_member && !is_excluded && source.path(folder.join("Cargo.toml")).is_file() {
                found.push(folder.clone());
                if workspace.is_none() {
                    // What is inside of a package belongs to it.
                    continue;
                }
            }
            open.push(folder);
        }
    }
    let key = |path: &PathBuf| -> Vec<_> {
        path.iter()
            .map(|part| natural(&part.to_string_lossy()))
            .collect()
    };
    found.sort_by_cached_key(key);
    Ok(found)
}

/// Those below `exercises/`, or else all on which no other depends.
pub(super) fn exercises_of(
    source: &Source,
    members: &[PathBuf],
) -> Result<Vec<PathBuf>, ImportError> {
    let below: Vec<PathBuf> = members
        .iter()
        .filter(|it| it.starts_with("exercises"))
        .cloned()
        .collect();
    if !below.is_empty() {
        return Ok(below);
    }
    let mut needed = BTreeSet::new();
    for folder in members {
        let text = source.text(folder.join("Cargo.toml"))?.unwrap_or_default();
        let mut manifest = parse(&text, &source.path(folder.join("Cargo.toml")))?;
        each_dependency(&mut manifest, |_, item| {
            needed.extend(path_of(item).and_then(|path| tidy(&folder.join(path))));
            Ok::<_, ImportError>(())
        })?;
    }
    Ok(members
        .iter()
        .filter(|it| !needed.contains(*it))
        .cloned()
        .collect())
}

/// The files of a branch, in a folder that goes with the handle. The repository is only asked.
pub(super) fn branch_of(source: &Source, branch: &str) -> Result<TempDir, ImportError> {
    let failed = |said: String| ImportError::NoBranch {
        branch: branch.to_owned(),
        said,
    };
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(source.path(""))
            .args(arguments)
            .output();
        let output = output.map_err(|error| failed(error.to_string()))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(failed(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ))
    };
    let commit = git(&[
        "rev-parse",
        "--verify",
        "--end-of-options",
        &format!("{branch}^{{commit}}"),
    ])?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let archive = git(&["archive", "--format=tar", &commit])?;
    let unpack = || {
        let keep = TempDir::with_prefix("workbook-import-")?;
        tar::Archive::new(&archive[..]).unpack(keep.path())?;
        Ok(keep)
    };
    unpack().map_err(|error: std::io::Error| failed(error.to_string()))
}

/// Notes what the root's manifest has besides a workspace.
pub(super) fn note_root(root: Option<&str>, left: &mut Left) {
    let table: toml::Table = toml::from_str(root.unwrap_or_default()).unwrap_or_default();
    if table.contains_key("package") {
        left.note(
            "the package at the root: only members are exercises",
            "the workspace",
        );
        return;
    }
    for key in table.keys() {
        if !["workspace", "profile", "patch", "replace"].contains(&key.as_str()) {
            left.note(
                "tables of the workspace's `Cargo.toml` that are not used",
                &format!("`[{key}]`"),
            );
        }
    }
}

/// Notes what the solutions change outside of exercises, and exercises that only they have.
///
/// # Errors
///
/// If a file can't be read.
pub(super) fn note_solved(
    solved: &Source,
    root: Option<&str>,
    left: &mut Left,
) -> Result<(), ImportError> {
    let solved_root = solved.text("Cargo.toml")?;
    if solved_root.is_some() && solved_root.as_deref() != root {
        left.note(
            "the workspace's `Cargo.toml` of the solutions, which differs: that of the start holds",
            "the workspace",
        );
    }
    if solved.has_folder("exercises") {
        for file in solved.unseen_below("exercises") {
            left.note("files of the solutions that belong to no exercise", &file);
        }
    }
    Ok(())
}
