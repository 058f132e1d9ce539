//! Packages' manifests as text: read, changed in a few places, and otherwise as they were.

use std::path::Path;

use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use super::ImportError;
use super::source::tidy;

const SORTS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// As cargo still reads them.
const OLD_SORTS: [&str; 2] = ["dev_dependencies", "build_dependencies"];

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

/// Calls `each` with name and value of every dependency, of any sort and for any target.
///
/// # Errors
///
/// The first of `each`.
pub(super) fn each_dependency<E>(
    manifest: &mut DocumentMut,
    mut each: impl FnMut(&str, &mut Item) -> Result<(), E>,
) -> Result<(), E> {
    let mut places: Vec<Option<String>> = vec![None];
    let targets = manifest.get("target").and_then(Item::as_table_like);
    places.extend(
        targets
            .into_iter()
            .flat_map(TableLike::iter)
            .map(|(name, _)| Some(name.to_owned())),
    );
    for place in &places {
        for sort in SORTS.into_iter().chain(OLD_SORTS) {
            let list = match place {
                None => manifest.get_mut(sort),
                Some(target) => manifest
                    .get_mut("target")
                    .and_then(|all| all.get_mut(target)?.get_mut(sort)),
            };
            let list = list.and_then(Item::as_table_like_mut);
            for (name, item) in list.into_iter().flat_map(TableLike::iter_mut) {
                each(name.get(), item)?;
            }
        }
    }
    Ok(())
}

/// The path of a dependency that is a folder.
pub(super) fn path_of(item: &Item) -> Option<String> {
    let path = item.as_table_like()?.get("path")?.as_str()?;
    Some(path.replace('\\', "/"))
}

/// Whether a dependency says so, or not, about the default features.
pub(super) fn default_features(item: &Item) -> Option<bool> {
    let table = item.as_table_like()?;
    let said = ["default-features", "default_features"];
    said.iter().find_map(|key| table.get(key)?.as_bool())
}

/// Paths of targets and of the build script that lead out of the package.
pub(super) fn paths_out(manifest: &DocumentMut) -> Vec<String> {
    let mut paths: Vec<&str> = Vec::new();
    let path = |item: &'_ dyn TableLike| -> Option<String> {
        Some(item.get("path")?.as_str()?.to_owned())
    };
    let mut found: Vec<String> = Vec::new();
    for key in ["lib", "bin", "test", "bench", "example"] {
        match manifest.get(key) {
            Some(Item::ArrayOfTables(list)) => {
                found.extend(list.iter().filter_map(|table| path(table)));
            }
            Some(item) => {
                found.extend(item.as_table_like().and_then(path));
                let list = item.as_array().into_iter().flatten();
                found.extend(list.filter_map(|it| path(it.as_inline_table()?)));
            }
            None => {}
        }
    }
    let build = manifest.get("package").and_then(|it| it.get("build"));
    paths.extend(build.and_then(Item::as_str));
    found.extend(paths.into_iter().map(str::to_owned));
    found.retain(|path| tidy(Path::new(path)).is_none());
    found
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

/// What of a manifest [`made`] takes over, besides the edition.
pub(super) fn is_taken_over(key: &str) -> bool {
    let more = ["features", "target", "lints"];
    let mut all = SORTS.into_iter().chain(OLD_SORTS).chain(more);
    all.any(|known| known == key)
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
    let more = ["features", "target", "lints"];
    for key in SORTS.into_iter().chain(OLD_SORTS).chain(more) {
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
