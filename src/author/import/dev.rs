//! The manifest that rustlings compiles exercises by, which is the same for all of them.

use std::path::{Path, PathBuf};

use toml_edit::DocumentMut;

use super::ImportError;
use super::draft::Left;
use super::manifest::is_taken_over;
use super::source::Source;

/// Tables of a manifest that are a workspace's.
pub(super) const WORKSPACES: [&str; 4] = ["profile", "patch", "replace", "workspace"];

/// The manifest that exercises are compiled by.
pub(super) struct Dev {
    /// The folder that it is in: paths in it are relative to that.
    pub folder: PathBuf,
    pub text: String,
}

/// A course's `Cargo.toml`. In the repository of rustlings itself that is the program's, and the exercises' lies elsewhere.
///
/// # Errors
///
/// If a file can't be read.
pub(super) fn dev_of(
    source: &Source,
    is_program: bool,
    listed: &[&str],
    left: &mut Left,
) -> Result<Option<Dev>, ImportError> {
    let root = source.text("Cargo.toml")?;
    let is_package = |text: &String| {
        let table: toml::Table = toml::from_str(text).unwrap_or_default();
        table.contains_key("package")
    };
    let places = [
        ("", "Cargo.toml"),
        ("", "dev-Cargo.toml"),
        ("dev", "Cargo.toml"),
    ];
    for (folder, name) in places.into_iter().skip(usize::from(is_program)) {
        let path = Path::new(folder).join(name);
        let text = if name == "Cargo.toml" && folder.is_empty() {
            root.clone().filter(is_package)
        } else {
            source.text(&path)?
        };
        let Some(text) = text else { continue };
        let table: toml::Table = toml::from_str(&text).unwrap_or_default();
        note_unused(&table, &path.display().to_string(), listed, left);
        return Ok(Some(Dev {
            folder: folder.into(),
            text,
        }));
    }
    Ok(None)
}

/// Notes what of the exercises' manifest nothing is made of.
fn note_unused(table: &toml::Table, path: &str, listed: &[&str], left: &mut Left) {
    for key in table.keys().filter(|key| !is_taken_over(key)) {
        if !["bin", "package", "profile", "patch", "workspace", "replace"].contains(&key.as_str()) {
            left.note(
                format!("keys of `{path}` that are not used"),
                &format!("`[{key}]`"),
            );
        }
    }
    let package = table.get("package").and_then(toml::Value::as_table);
    for key in package.into_iter().flat_map(toml::Table::keys) {
        if !["name", "version", "edition", "publish"].contains(&key.as_str()) {
            let whose = format!("`package.{key}`");
            left.note(format!("keys of `{path}` that are not used"), &whose);
        }
    }
    let programs = table.get("bin").and_then(toml::Value::as_array);
    let names = programs
        .into_iter()
        .flatten()
        .filter_map(|it| it.get("name")?.as_str());
    for name in names {
        let exercise = name.strip_suffix("_sol").unwrap_or(name);
        if !listed.contains(&exercise) && !listed.contains(&name) {
            left.note(
                format!("programs of `{path}` that are no exercise"),
                &format!("`{name}`"),
            );
        }
    }
}

/// The lints of clippy that end an exercise. In the manifest they may be allowed to be looked at one by one,
/// which `forbid` does not let them.
pub(super) fn denied(manifest: &mut DocumentMut) -> Vec<String> {
    let lints = manifest
        .get_mut("lints")
        .and_then(|it| it.get_mut("clippy"));
    let Some(list) = lints.and_then(toml_edit::Item::as_table_like_mut) else {
        return Vec::new();
    };
    let mut denied = Vec::new();
    for (name, level) in list.iter_mut() {
        let word = level.as_str().or_else(|| level.get("level")?.as_str());
        if word.is_some_and(|word| ["deny", "forbid"].contains(&word)) {
            denied.push(format!("clippy::{}", name.get()));
            if level.is_str() {
                *level = toml_edit::value("deny");
            }
        }
    }
    denied
}
