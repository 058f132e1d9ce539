//! The workspace's manifest: the tables that the original had, with helpers where they are now.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value};

use super::ImportError;
use super::draft::Left;
use super::packages::Packages;

/// Whose notes these are.
const WHOSE: &str = "the workspace";

impl Packages<'_> {
    /// The workspace's tables.
    ///
    /// # Errors
    ///
    /// As [`Packages::helper`].
    pub fn workspace(&mut self, root: Option<&str>, left: &mut Left) -> Result<Table, ImportError> {
        let text = root.unwrap_or_default();
        let mut original: Table = toml::from_str(text).map_err(|source| ImportError::BadToml {
            path: self.source.path("Cargo.toml"),
            source: Box::new(source),
        })?;
        let mut workspace = match original.remove("workspace") {
            Some(Value::Table(table)) => table,
            _ => Table::new(),
        };
        let resolver = workspace.remove("resolver").unwrap_or_else(|| "2".into());
        // Which packages there are is the course's to say.
        for key in ["members", "default-members", "exclude"] {
            workspace.remove(key);
        }
        if workspace.remove("metadata").is_some() {
            left.note("`[workspace.metadata]`", WHOSE);
        }
        let found = workspace.remove("dependencies");
        let found = found.as_ref().and_then(Value::as_table).cloned();
        let list = self.dependencies(found.unwrap_or_default(), left)?;
        if !list.is_empty() {
            workspace.insert("dependencies".to_owned(), list.into());
        }
        let mut members = vec!["exercises/*/*".into()];
        if !self.helpers.is_empty() {
            members.push("helpers/*".into());
        }
        let mut own = Table::new();
        own.insert("resolver".to_owned(), resolver);
        own.insert("members".to_owned(), Value::Array(members));
        own.extend(workspace);
        let mut tables = Table::new();
        tables.insert("workspace".to_owned(), own.into());
        let profile = profile(original.get("profile"), &self.renamed, left);
        tables.insert("profile".to_owned(), profile.into());
        if let Some(patch) = original.remove("patch").and_then(|it| patch(it, left)) {
            tables.insert("patch".to_owned(), patch.into());
        }
        if original.remove("replace").is_some() {
            left.note("`[replace]`, which cargo gave up for `[patch]`", WHOSE);
        }
        Ok(tables)
    }

    /// What members may inherit: what they could before, and helpers by each of their names.
    fn dependencies(&mut self, found: Table, left: &mut Left) -> Result<Table, ImportError> {
        let mut list = Table::new();
        for (name, mut item) in found {
            let path = item.get("path").and_then(Value::as_str);
            if let Some(path) = path.map(|path| path.replace('\\', "/")) {
                let Some(helper) = self.helper(Path::new(&path), left, WHOSE)? else {
                    continue;
                };
                if let Some(table) = item.as_table_mut() {
                    table.insert("path".to_owned(), format!("helpers/{helper}").into());
                }
            }
            list.insert(name, item);
        }
        let own = self.helpers.iter().map(|it| (&it.name, &it.name));
        let names: BTreeMap<&String, &String> = own.chain(&self.aliases).collect();
        for (name, package) in names {
            if let Some(item) = list.get(name) {
                let known = item.get("package").and_then(Value::as_str).unwrap_or(name);
                if known == package && item.get("path").is_some() {
                    continue;
                }
                return Err(self.unfit(format!(
                    "`{name}` is the crate `{package}` to one package, and `{known}` to the workspace; give one of them \
                     another name"
                )));
            }
            let mut item = Table::new();
            item.insert("path".to_owned(), format!("helpers/{package}").into());
            if name != package {
                item.insert("package".to_owned(), package.clone().into());
            }
            let helper = self.helpers.iter().find(|it| it.name == *package);
            if helper.is_some_and(|it| it.has_default) {
                // Each member says itself whether it wants them: from here they can only be added.
                item.insert("default-features".to_owned(), false.into());
            }
            list.insert(name.clone(), item.into());
        }
        Ok(list)
    }
}

/// Without what is a folder: nothing lays it out for a build.
fn patch(found: Value, left: &mut Left) -> Option<Table> {
    let Value::Table(mut sources) = found else {
        return None;
    };
    for (_, list) in &mut sources {
        let Some(list) = list.as_table_mut() else {
            continue;
        };
        list.retain(|name, item| {
            let is_folder = item.get("path").is_some();
            if is_folder {
                left.note(
                    "`[patch]` by a folder of the workspace",
                    &format!("`{name}`"),
                );
            }
            !is_folder
        });
    }
    sources.retain(|_, list| list.as_table().is_none_or(|list| !list.is_empty()));
    Some(sources).filter(|sources| !sources.is_empty())
}

/// The settings of the one profile that is built with.
fn profile(found: Option<&Value>, renamed: &BTreeMap<String, String>, left: &mut Left) -> Table {
    let mut dev = Table::new();
    dev.insert("debug".to_owned(), 0.into());
    let found = found.and_then(Value::as_table).cloned();
    for (name, settings) in found.unwrap_or_default() {
        if name != "dev" {
            left.note(
                format!("`[profile.{name}]`: exercises are built with the `dev` profile"),
                WHOSE,
            );
            continue;
        }
        for (key, setting) in settings.as_table().cloned().unwrap_or_default() {
            // A test that fails has to unwind, or nobody learns what failed.
            if key == "panic" {
                left.note("`panic` in `[profile.dev]`: tests have to unwind", WHOSE);
            } else if key == "package" {
                let list = setting.as_table().cloned().unwrap_or_default();
                let list = list.into_iter().map(|(name, settings)| {
                    let name = renamed.get(&name).cloned().unwrap_or(name);
                    (name, settings)
                });
                dev.insert(key, list.collect::<Table>().into());
            } else {
                dev.insert(key, setting);
            }
        }
    }
    let mut profile = Table::new();
    profile.insert("dev".to_owned(), dev.into());
    profile
}
