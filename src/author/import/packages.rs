//! Packages: exercises' manifests as they were, but for the name, and the crates beside them as helpers of the course.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml_edit::{Item, TableLike, value};

use super::ImportError;
use super::draft::{Files, Left};
use super::graft::text_of;
use super::manifest::{default_features, each_dependency, parse, path_of, paths_out, table_of};
use super::source::{Source, tidy};

/// A crate that exercises depend on.
pub(super) struct Helper {
    pub name: String,
    /// Relative to the source.
    pub folder: PathBuf,
    /// Whether it has default features.
    pub has_default: bool,
}

/// Gathers what exercises depend on in the course that is brought in.
pub(super) struct Packages<'s> {
    pub(super) source: &'s Source,
    pub helpers: Vec<Helper>,
    /// What is below `helpers/`.
    pub files: Files,
    /// Other names of helpers → their own.
    pub(super) aliases: BTreeMap<String, String>,
    /// Packages' names → those that they have now.
    pub(super) renamed: BTreeMap<String, String>,
}

impl<'s> Packages<'s> {
    pub fn new(source: &'s Source) -> Self {
        Packages {
            source,
            helpers: Vec::new(),
            files: Files::new(),
            aliases: BTreeMap::new(),
            renamed: BTreeMap::new(),
        }
    }

    /// The manifest of an exercise that was in `folder`, under its new name.
    ///
    /// # Errors
    ///
    /// If it is no TOML, or needs what can't be brought in.
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
        let name = package.get("name").and_then(Item::as_str).unwrap_or(id);
        let name = name.to_owned();
        package.insert("name", value(id));
        package.remove("workspace");
        let crate_name = name.replace('-', "_");
        // A program alone has no library that could have a name.
        if crate_name != id && has_library {
            let library = table_of(&mut manifest, "lib");
            if !library.contains_key("name") {
                library.insert("name", value(crate_name));
            }
        }
        self.renamed.insert(name, id.to_owned());
        for key in ["profile", "patch", "replace"] {
            if manifest.remove(key).is_some() {
                left.note(format!("`[{key}]` in a package's own manifest"), id);
            }
        }
        if let Some(own) = manifest.remove("workspace")
            && own.as_table_like().is_some_and(|it| !it.is_empty())
        {
            left.note("`[workspace]` in a package's own manifest", id);
        }
        for path in paths_out(&manifest) {
            left.note(
                format!("the path `{path}` of a target, which leads out of its package"),
                id,
            );
        }
        each_dependency(&mut manifest, |name, item| {
            let Some(path) = path_of(item) else {
                return Ok(());
            };
            let Some(helper) = self.helper(&folder.join(path), left, id)? else {
                return Ok(());
            };
            self.name(name, &helper)?;
            let said = default_features(item);
            let has_default = (self.helpers.iter()).any(|it| it.name == helper && it.has_default);
            if let Some(table) = item.as_table_like_mut() {
                let source = [
                    "path",
                    "version",
                    "package",
                    "registry",
                    "git",
                    "default_features",
                ];
                for key in source {
                    table.remove(key);
                }
                table.insert("workspace", value(true));
                if has_default {
                    table.insert("default-features", value(said.unwrap_or(true)));
                } else {
                    table.remove("default-features");
                }
            }
            Ok(())
        })?;
        Ok(manifest.to_string())
    }

    /// Notes by which name a helper goes.
    fn name(&mut self, name: &str, helper: &str) -> Result<(), ImportError> {
        let other = if self.helpers.iter().any(|it| it.name == name) {
            Some(name)
        } else {
            self.aliases.get(name).map(String::as_str)
        };
        match other {
            Some(other) if other != helper => Err(self.unfit(format!(
                "`{name}` is the crate `{helper}` to one package, and `{other}` to another; give one of them another name"
            ))),
            Some(_) => Ok(()),
            None => {
                if name != helper {
                    self.aliases.insert(name.to_owned(), helper.to_owned());
                }
                Ok(())
            }
        }
    }

    pub(super) fn unfit(&self, what: String) -> ImportError {
        ImportError::Unfit {
            path: self.source.path("Cargo.toml"),
            what,
        }
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
            let what = "the crate in `{}`, which is outside of the course";
            let what = what.replace("{}", &folder.display().to_string());
            left.note(what, whose);
            return Ok(None);
        };
        if folder.as_os_str().is_empty() {
            return Err(self.unfit(format!(
                "`{whose}` depends on the root package, which is the course itself; move what it needs of it into a \
                 crate of its own"
            )));
        }
        if let Some(known) = self.helpers.iter().find(|it| it.folder == folder) {
            return Ok(Some(known.name.clone()));
        }
        let path = Path::new("Cargo.toml");
        let place = self.source.path(folder.join(path));
        if !place.is_file() {
            let what = format!("the crate in `{}`, which is not there", folder.display());
            left.note(what, whose);
            return Ok(None);
        }
        let files = self.source.files(&folder, left)?;
        let text = text_of(&files, path).unwrap_or_default();
        let mut manifest = parse(&text, &place)?;
        let package = table_of(&mut manifest, "package");
        package.remove("workspace");
        let name = package.get("name").and_then(Item::as_str);
        let name = name.unwrap_or_default().to_owned();
        // It becomes the name of a folder, and is as foreign as the rest.
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        let what = if name.is_empty() || !name.chars().all(is_part) {
            Some(format!("`{name}` is no name of a package"))
        } else if self.helpers.iter().any(|it| it.name == name) {
            Some(format!("another crate is called `{name}`, too"))
        } else {
            None
        };
        if let Some(what) = what {
            return Err(ImportError::Unfit { path: place, what });
        }
        for key in ["workspace", "profile", "patch", "replace"] {
            if manifest.remove(key).is_some() && key != "workspace" {
                left.note(format!("`[{key}]` in a package's own manifest"), &name);
            }
        }
        let features = manifest.get("features").and_then(Item::as_table_like);
        self.helpers.push(Helper {
            name: name.clone(),
            folder: folder.clone(),
            has_default: features.is_some_and(|it: &dyn TableLike| it.contains_key("default")),
        });
        each_dependency(&mut manifest, |_, item| {
            let Some(path) = path_of(item) else {
                return Ok(());
            };
            let inner = self.helper(&folder.join(path), left, &name)?;
            if let (Some(inner), Some(table)) = (inner, item.as_table_like_mut()) {
                table.insert("path", value(format!("../{inner}")));
            }
            Ok::<_, ImportError>(())
        })?;
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
}
