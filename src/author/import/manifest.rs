//! Packages' manifests: as they were, but for the name, and with the crates beside them as helpers of the course.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use super::ImportError;
use super::draft::{Files, Left};
use super::graft::text_of;
use super::source::{Source, tidy};

const SORTS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Gathers what exercises depend on in the course that is brought in.
pub(super) struct Packages<'s> {
    source: &'s Source,
    /// Names and folders of helpers, relative to the source.
    pub helpers: Vec<(String, PathBuf)>,
    /// What is below `helpers/`.
    pub files: Files,
}

impl<'s> Packages<'s> {
    pub fn new(source: &'s Source) -> Self {
        Packages {
            source,
            helpers: Vec::new(),
            files: Files::new(),
        }
    }

    /// The manifest of an exercise that was in `folder`, under its new name.
    ///
    /// # Errors
    ///
    /// If it is no TOML, or a helper can't be read.
    pub fn member(
        &mut self,
        text: &str,
        folder: &Path,
        id: &str,
        left: &mut Left,
    ) -> Result<String, ImportError> {
        let mut manifest = parse(text, &self.source.path(folder.join("Cargo.toml")))?;
        let library = self.source.path(folder.join("src/lib.rs"));
        let has_library = manifest.contains_key("lib") || library.is_file();
        let package = table_of(&mut manifest, "package");
        let name = package
            .get("name")
            .and_then(Item::as_str)
            .unwrap_or(id)
            .replace('-', "_");
        package.insert("name", value(id));
        // A program alone has no library that could have a name.
        if name != id && has_library {
            let library = table_of(&mut manifest, "lib");
            if !library.contains_key("name") {
                library.insert("name", value(name));
            }
        }
        for key in ["workspace", "profile", "patch"] {
            if manifest.remove(key).is_some() && key != "workspace" {
                left.note(format!("`[{key}]` in a package's own manifest"), id);
            }
        }
        for sort in SORTS {
            let Some(list) = manifest.get_mut(sort).and_then(Item::as_table_like_mut) else {
                continue;
            };
            for (name, item) in list.iter_mut() {
                let Some(path) = path_of(item) else { continue };
                let Some(helper) = self.helper(&folder.join(path), left, id)? else {
                    continue;
                };
                if helper != *name {
                    left.note(format!("the other name `{}` of `{helper}`", &*name), id);
                }
                if let Some(table) = item.as_table_like_mut() {
                    table.remove("path");
                    table.remove("version");
                    table.insert("workspace", value(true));
                }
            }
        }
        Ok(manifest.to_string())
    }

    /// Takes in the crate in this folder, and what it needs in turn. Returns its name, and nothing if it is
    /// outside of what is brought in.
    ///
    /// # Errors
    ///
    /// If it can't be read.
    pub fn helper(
        &mut self,
        folder: &Path,
        left: &mut Left,
        whose: &str,
    ) -> Result<Option<String>, ImportError> {
        let Some(folder) = tidy(folder) else {
            left.note(
                format!(
                    "the crate in `{}`, which is outside of the course",
                    folder.display()
                ),
                whose,
            );
            return Ok(None);
        };
        if let Some((name, _)) = self.helpers.iter().find(|(_, known)| *known == folder) {
            return Ok(Some(name.clone()));
        }
        let files = self.source.files(&folder, left)?;
        let path = Path::new("Cargo.toml");
        let Some(text) = text_of(&files, path) else {
            left.note(
                format!("the crate in `{}`, which is not there", folder.display()),
                whose,
            );
            return Ok(None);
        };
        let mut manifest = parse(&text, &self.source.path(folder.join(path)))?;
        let name = table_of(&mut manifest, "package")
            .get("name")
            .and_then(Item::as_str);
        let name = name.unwrap_or_default().to_owned();
        // It becomes the name of a folder, and is as foreign as the rest.
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        let what = if name.is_empty() || !name.chars().all(is_part) {
            Some(format!("`{name}` is no name of a package"))
        } else if self.helpers.iter().any(|(known, _)| *known == name) {
            Some(format!("another crate is called `{name}`, too"))
        } else {
            None
        };
        if let Some(what) = what {
            let path = self.source.path(folder.join(path));
            return Err(ImportError::Unfit { path, what });
        }
        self.helpers.push((name.clone(), folder.clone()));
        for sort in SORTS {
            let list = manifest.get_mut(sort).and_then(Item::as_table_like_mut);
            for (_, item) in list.into_iter().flat_map(TableLike::iter_mut) {
                let Some(path) = path_of(item) else { continue };
                let inner = self.helper(&folder.join(path), left, &name)?;
                if let (Some(inner), Some(table)) = (inner, item.as_table_like_mut()) {
                    table.insert("path", value(format!("../{inner}")));
                }
            }
        }
        let here = Path::new("helpers").join(&name);
        for (inside, bytes) in files {
            let bytes = if inside == path {
                manifest.to_string().into_bytes()
            } else {
                bytes
            };
            self.files.insert(here.join(inside), bytes);
        }
        Ok(Some(name))
    }

    /// The workspace's tables: those that the original had, with helpers where they are now.
    ///
    /// # Errors
    ///
    /// As [`Packages::helper`].
    pub fn workspace(
        &mut self,
        root: Option<&str>,
        left: &mut Left,
    ) -> Result<toml::Table, ImportError> {
        let text = root.unwrap_or_default();
        let mut original: toml::Table =
            toml::from_str(text).map_err(|source| ImportError::BadToml {
                path: self.source.path("Cargo.toml"),
                source: Box::new(source),
            })?;
        let mut workspace = match original.remove("workspace") {
            Some(toml::Value::Table(table)) => table,
            _ => toml::Table::new(),
        };
        let resolver = workspace.remove("resolver").unwrap_or_else(|| "2".into());
        for key in [
            "members",
            "default-members",
            "exclude",
            "metadata",
            "dependencies",
        ] {
            let Some(found) = workspace.remove(key) else {
                continue;
            };
            if key != "dependencies" {
                continue;
            }
            let mut list = toml::Table::new();
            for (name, mut item) in found.as_table().cloned().unwrap_or_default() {
                let path = item
                    .get("path")
                    .and_then(toml::Value::as_str)
                    .map(PathBuf::from);
                if let Some(path) = path {
                    let Some(helper) = self.helper(&path, left, "the workspace")? else {
                        continue;
                    };
                    if let Some(table) = item.as_table_mut() {
                        table.insert("path".to_owned(), format!("helpers/{helper}").into());
                    }
                }
                list.insert(name, item);
            }
            workspace.insert("dependencies".to_owned(), list.into());
        }
        let list = workspace
            .entry("dependencies")
            .or_insert_with(|| toml::Table::new().into());
        for (name, _) in &self.helpers {
            if let Some(list) = list.as_table_mut().filter(|list| !list.contains_key(name)) {
                let mut item = toml::Table::new();
                item.insert("path".to_owned(), format!("helpers/{name}").into());
                list.insert(name.clone(), item.into());
            }
        }
        if list.as_table().is_some_and(toml::Table::is_empty) {
            workspace.remove("dependencies");
        }
        let mut members = vec!["exercises/*/*".into()];
        if !self.helpers.is_empty() {
            members.push("helpers/*".into());
        }
        let mut own = toml::Table::new();
        own.insert("resolver".to_owned(), resolver);
        own.insert("members".to_owned(), toml::Value::Array(members));
        own.extend(workspace);
        let mut tables = toml::Table::new();
        tables.insert("workspace".to_owned(), own.into());
        tables.insert(
            "profile".to_owned(),
            profile(original.get("profile"), left).into(),
        );
        if let Some(patch) = original.remove("patch") {
            tables.insert("patch".to_owned(), patch);
        }
        Ok(tables)
    }
}

/// The settings of the one profile that is built with.
fn profile(found: Option<&toml::Value>, left: &mut Left) -> toml::Table {
    let mut dev = toml::Table::new();
    dev.insert("debug".to_owned(), 0.into());
    let found = found.and_then(toml::Value::as_table).cloned();
    for (name, settings) in found.unwrap_or_default() {
        if name != "dev" {
            left.note(
                format!("`[profile.{name}]`: exercises are built with the `dev` profile"),
                "the workspace",
            );
            continue;
        }
        for (key, setting) in settings.as_table().cloned().unwrap_or_default() {
            // A test that fails has to unwind, or nobody learns what failed.
            if key == "panic" {
                left.note(
                    "`panic` in `[profile.dev]`: tests have to unwind",
                    "the workspace",
                );
            } else {
                dev.insert(key, setting);
            }
        }
    }
    let mut profile = toml::Table::new();
    profile.insert("dev".to_owned(), dev.into());
    profile
}

/// A manifest to be changed.
///
/// # Errors
///
/// If it is no TOML.
pub(super) fn parse(text: &str, path: &Path) -> Result<DocumentMut, ImportError> {
    text.parse().map_err(|source| ImportError::BadManifest {
        path: path.to_owned(),
        source: Box::new(source),
    })
}

/// A table of a manifest, made if it is not there.
pub(super) fn table_of<'d>(manifest: &'d mut DocumentMut, key: &str) -> &'d mut Table {
    let item = manifest
        .entry(key)
        .or_insert_with(|| Item::Table(Table::new()));
    if !item.is_table() {
        *item = Item::Table(Table::new());
    }
    match item {
        Item::Table(table) => table,
        _ => unreachable!("made one above"),
    }
}

fn path_of(item: &Item) -> Option<PathBuf> {
    item.as_table_like()?
        .get("path")?
        .as_str()
        .map(PathBuf::from)
}

/// Turns on every feature that a manifest has, as its tests need; tells which.
pub(super) fn with_features(text: &str, path: &Path) -> Result<(String, Vec<String>), ImportError> {
    let mut manifest = parse(text, path)?;
    let Some(features) = manifest
        .get_mut("features")
        .and_then(Item::as_table_like_mut)
    else {
        return Ok((text.to_owned(), Vec::new()));
    };
    let names: Vec<String> = features
        .iter()
        .map(|(name, _)| name.to_owned())
        .filter(|name| name != "default")
        .collect();
    features.insert("default", value(toml_edit::Array::from_iter(&names)));
    Ok((manifest.to_string(), names))
}

/// A manifest for an exercise that had none of its own.
pub(super) fn made(id: &str, edition: &str, dev: Option<&DocumentMut>) -> String {
    let mut manifest = DocumentMut::new();
    let package = table_of(&mut manifest, "package");
    package.insert("name", value(id));
    package.insert("edition", value(edition));
    package.insert("publish", value(false));
    let library = table_of(&mut manifest, "lib");
    library.insert("test", value(false));
    library.insert("doctest", value(false));
    for key in SORTS.into_iter().chain(["lints"]) {
        if let Some(item) = dev.and_then(|dev| dev.get(key)) {
            manifest.insert(key, item.clone());
        }
    }
    let lints = table_of(&mut manifest, "lints");
    lints.set_implicit(true);
    // In a library nobody calls `main`.
    let rust = lints
        .entry("rust")
        .or_insert_with(|| Item::Table(Table::new()));
    match rust {
        Item::Value(Value::InlineTable(table)) => {
            InlineTable::insert(table, "dead_code", "allow".into());
        }
        rust => {
            if let Some(table) = rust.as_table_like_mut() {
                table.insert("dead_code", value("allow"));
            }
        }
    }
    manifest.to_string()
}
