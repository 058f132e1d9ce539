//! Test targets that a package has: which of its files they are, and the tests in them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use toml_edit::{Item, TableLike};

use super::ImportError;
use super::code;
use super::draft::{Files, Left};
use super::graft::{note_files, note_ignored, note_macros, text_of};
use super::manifest::parse;

/// `[[test]]`, as far as it decides what runs.
struct Declared {
    name: String,
    path: Option<String>,
    /// Why its tests can't be listed, if that is so.
    odd: Option<&'static str>,
}

/// The tests of every test target. Ignored ones run, and names of files become names of targets.
///
/// # Errors
///
/// If two targets would have one name.
pub(super) fn tests_below(
    files: &mut Files,
    id: &str,
    left: &mut Left,
) -> Result<Vec<(String, String)>, ImportError> {
    let manifest = text_of(files, Path::new("Cargo.toml")).unwrap_or_default();
    let declared = declared(&manifest)?;
    for one in &declared {
        let usual = [
            format!("tests/{}.rs", one.name),
            format!("tests/{}/main.rs", one.name),
        ];
        let is_elsewhere = one.path.as_ref().is_some_and(|path| !usual.contains(path));
        if is_elsewhere {
            left.note(
                "`[[test]]` at another place than cargo's, whose tests are not listed",
                id,
            );
        } else if let Some(odd) = one.odd {
            left.note(
                format!("`[[test]]` with `{odd}`, whose tests are not listed"),
                id,
            );
        }
    }
    let is_odd = |stem: &str| {
        let mut odd = declared.iter().filter(|one| one.odd.is_some());
        odd.any(|one| one.name == stem)
    };
    let is_declared = |stem: &str| declared.iter().any(|one| one.name == stem);
    let mut list = Vec::new();
    let mut taken = BTreeSet::new();
    for (stem, path) in targets(files) {
        if is_odd(&stem) {
            continue;
        }
        let target = if is_declared(&stem) {
            stem.clone()
        } else {
            stem.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
        };
        if !taken.insert(target.clone()) {
            let what = format!("two files of tests would be called `{target}`; rename one of them");
            return Err(ImportError::Unfit {
                path: Path::new(id).join(path),
                what,
            });
        }
        let path = renamed(files, &stem, &target, path);
        let parent = path.parent().unwrap_or(Path::new("")).to_owned();
        let names = tests_in(files, &path, &parent, id, left);
        list.extend(names.into_iter().map(|name| (target.clone(), name)));
    }
    Ok(list)
}

/// What cargo finds by itself: `tests/<name>.rs` and `tests/<name>/main.rs`.
fn targets(files: &Files) -> Vec<(String, PathBuf)> {
    let name = |path: &Path| {
        let inside = path.strip_prefix("tests").ok()?;
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        match &parts[..] {
            [file] => file.strip_suffix(".rs").map(str::to_owned),
            [folder, file] if file == "main.rs" => Some(folder.to_string()),
            _ => None,
        }
    };
    let found = files
        .keys()
        .filter_map(|path| Some((name(path)?, path.clone())));
    found.collect()
}

/// Moves a target to its new name, and returns where it is.
fn renamed(files: &mut Files, stem: &str, target: &str, path: PathBuf) -> PathBuf {
    if stem == target {
        return path;
    }
    let (old, new) = (
        Path::new("tests").join(stem),
        Path::new("tests").join(target),
    );
    let below: Vec<PathBuf> = files
        .keys()
        .filter(|it| it.starts_with(&old))
        .cloned()
        .collect();
    for from in below {
        if let (Ok(inside), Some(bytes)) = (from.strip_prefix(&old), files.get(&from).cloned()) {
            files.insert(new.join(inside), bytes);
            files.remove(&from);
        }
    }
    let Ok(inside) = path.strip_prefix(&old) else {
        let to = PathBuf::from(format!("tests/{target}.rs"));
        if let Some(bytes) = files.remove(&path) {
            files.insert(to.clone(), bytes);
        }
        return to;
    };
    new.join(inside)
}

/// The tests of a file and of the modules that it names. `folder` is where these are looked for.
fn tests_in(
    files: &mut Files,
    path: &Path,
    folder: &Path,
    id: &str,
    left: &mut Left,
) -> Vec<String> {
    let text = text_of(files, path).unwrap_or_default();
    note_files(&text, id, left);
    let (text, ignored) = code::without_ignored(&text);
    note_ignored(ignored, id, left);
    let found = code::tests_of(&text);
    files.insert(path.to_owned(), text.into_bytes());
    let Some(found) = found else {
        left.note(
            "tests that can't be read, because their file is no Rust",
            id,
        );
        return Vec::new();
    };
    note_macros(&found.macros, id, left);
    let mut names = found.names;
    for module in found.modules {
        let places = match &module.path {
            Some(named) => vec![folder.join(named)],
            None => vec![
                folder.join(format!("{}.rs", module.name)),
                folder.join(&module.name).join("mod.rs"),
            ],
        };
        let Some(place) = places.into_iter().find(|place| files.contains_key(place)) else {
            continue;
        };
        let inner = if place.ends_with("mod.rs") || module.path.is_some() {
            place.parent().unwrap_or(Path::new("")).to_owned()
        } else {
            folder.join(&module.name)
        };
        let inside = tests_in(files, &place, &inner, id, left);
        names.extend(
            inside
                .into_iter()
                .map(|name| format!("{}::{name}", module.name)),
        );
    }
    names
}

/// The file that a package begins with: its library or, if the program is all that there is to run, that.
pub(super) fn root_of(files: &Files, library: Option<&Path>, is_run: bool) -> Option<String> {
    let is_there = |path: &&str| files.contains_key(Path::new(path));
    let named = library.filter(|path| files.contains_key(*path));
    let named = named.map(|path| path.to_string_lossy().replace('\\', "/"));
    let program = Some("src/main.rs").filter(is_there);
    let has_tests = |path: &str| {
        let text = text_of(files, Path::new(path)).unwrap_or_default();
        text.contains("test]")
    };
    let library = named.or_else(|| Some("src/lib.rs").filter(is_there).map(str::to_owned));
    match (library, program) {
        (Some(library), Some(program)) if is_run && !has_tests(&library) => {
            // Nothing is tested but that it runs.
            let inline = files
                .keys()
                .any(|path| path.starts_with("src") && has_tests(&path.to_string_lossy()));
            Some(if inline { library } else { program.to_owned() })
        }
        (Some(library), _) => Some(library),
        (None, Some(program)) => Some(program.to_owned()),
        (None, None) => {
            let mut programs = files.keys().filter(|path| path.starts_with("src/bin"));
            match (programs.next(), programs.next()) {
                (Some(one), None) => Some(one.to_string_lossy().replace('\\', "/")),
                _ => None,
            }
        }
    }
}

/// Notes examples in comments, which this runner does not run.
pub(super) fn note_doctests(files: &Files, id: &str, left: &mut Left) {
    let has_example = |(path, bytes): (&PathBuf, &Vec<u8>)| {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines().map(str::trim_start);
        path.starts_with("src")
            && lines.any(|line| line.starts_with("/// ```") || line.starts_with("//! ```"))
    };
    if files.iter().any(has_example) {
        left.note("examples in comments, which `cargo test` would run", id);
    }
}

fn declared(manifest: &str) -> Result<Vec<Declared>, ImportError> {
    let manifest = parse(manifest, Path::new("Cargo.toml"))?;
    let one = |table: &dyn TableLike| -> Option<Declared> {
        let of = |key: &str| table.get(key).and_then(Item::as_bool);
        let odd = if of("harness") == Some(false) {
            Some("harness = false")
        } else if of("test") == Some(false) {
            Some("test = false")
        } else {
            None
        };
        Some(Declared {
            name: table.get("name")?.as_str()?.to_owned(),
            path: table.get("path").and_then(Item::as_str).map(str::to_owned),
            odd,
        })
    };
    Ok(match manifest.get("test") {
        Some(Item::ArrayOfTables(list)) => list.iter().filter_map(|table| one(table)).collect(),
        Some(item) => {
            let list = item.as_array().into_iter().flatten();
            list.filter_map(|it| one(it.as_inline_table()?)).collect()
        }
        None => Vec::new(),
    })
}
