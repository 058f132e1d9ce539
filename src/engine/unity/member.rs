//! Which test targets of a package can be modules of a larger crate.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::sort::{Sort, copies, is_alone, sort_of};
use crate::candidate::{CandidateFile, Environment, Hasher};
use crate::engine::binary::Module;
use crate::engine::plot::{Plot, Target};
use crate::engine::shadow::forward_slashes;

/// Tests of a package: those of its targets that can be modules, of one sort.
#[derive(Clone)]
pub(super) struct Member {
    /// The package.
    pub package: String,
    pub folder: PathBuf,
    pub manifest: Table,
    pub tests: BTreeSet<String>,
    pub sort: Sort,
    /// The test files, where the crate has them as its own: without the allocator, which a crate has once.
    pub copies: Vec<CandidateFile>,
    /// The package's programs, by name.
    pub programs: Vec<String>,
    /// What cargo and the compiler have to be told of a crate, the same for all members of a unity.
    pub kind: String,
    /// How it is compiled, where that is not as the rest.
    pub profile: String,
    /// Of all that is in it.
    pub digest: String,
}

impl Member {
    /// The targets that are modules, each with its module.
    pub fn targets(&self, lead: &str) -> impl Iterator<Item = (Target, Module)> {
        self.tests.iter().map(move |test| {
            let module = Module {
                name: self.module(test),
                lead: lead.to_owned(),
            };
            (Target::Test(test.clone()), module)
        })
    }

    /// The package with each of these targets.
    pub fn of_package(&self) -> impl Iterator<Item = (String, Target)> {
        let tests = self.tests.iter();
        tests.map(|test| (self.package.clone(), Target::Test(test.clone())))
    }

    /// Whether a message of the compiler is about one of these tests.
    pub fn is_named_in(&self, message: &str, lead: &str) -> bool {
        message.contains(&format!("{lead}{}/", forward_slashes(&self.folder)))
    }

    /// Two underscores in a row are in no id and in no file's name.
    pub fn module(&self, test: &str) -> String {
        let name = |text: &str| text.replace('-', "_");
        format!("{}__{}", name(&self.package), name(test))
    }
}

/// The packages with tests that can be modules beside others'.
pub(super) fn fit(plots: &[Plot], environment: &Environment) -> Vec<Member> {
    let mut crates: BTreeMap<&Path, Vec<&Plot>> = BTreeMap::new();
    for plot in plots {
        crates.entry(&plot.folder).or_default().push(plot);
    }
    // What is measured beside a starter, and what is tried on mutants, has variants; they have its library's name.
    let varied: BTreeSet<&str> = (plots.iter())
        .filter(|plot| plot.package.contains("--"))
        .map(|plot| plot.exercise.as_str())
        .collect();
    let members = crates.into_iter().flat_map(|(folder, plots)| {
        let has_variants = |plot: &&Plot| varied.contains(plot.exercise.as_str());
        let plots: Vec<&Plot> = plots
            .into_iter()
            .filter(|plot| !has_variants(plot))
            .collect();
        let first = plots.first();
        let profile = first.map(|plot| profile(environment, &plot.package));
        let of_folder = profile.and_then(|profile| members_of(folder, &plots, &profile));
        of_folder.unwrap_or_default()
    });
    members.collect()
}

/// How the workspace has this package compiled, where that is otherwise than others.
fn profile(environment: &Environment, package: &str) -> String {
    let profiles = environment
        .manifest
        .get("profile")
        .and_then(Value::as_table);
    let own = profiles
        .into_iter()
        .flatten()
        .filter_map(|(name, profile)| {
            let settings = profile.get("package")?.get(package)?;
            Some(format!("{name}: {settings:?}"))
        });
    own.collect()
}

/// Those of one package, each of another sort. `None` if its tests have to be crates.
pub(super) fn members_of(folder: &Path, plots: &[&Plot], profile: &str) -> Option<Vec<Member>> {
    let package = plots.first()?.package.clone();
    let mut files: BTreeMap<&Path, &CandidateFile> = BTreeMap::new();
    let mut tests = BTreeSet::new();
    for plot in plots {
        files.extend(plot.files.iter().map(|file| (file.path.as_path(), file)));
        tests.extend(plot.targets.iter().filter_map(|target| match target {
            Target::Test(name) => Some(name.clone()),
            _ => None,
        }));
    }
    let has = |path: &str| files.contains_key(Path::new(path));
    if !has("src/lib.rs") || has("build.rs") {
        return None;
    }
    let manifest = files.get(Path::new("Cargo.toml"))?;
    let manifest: Table = toml::from_str(std::str::from_utf8(&manifest.bytes).ok()?).ok()?;
    let kind = kind(&manifest)?;
    let programs = programs(&package, &manifest, &files);
    let mut hasher = Hasher::default();
    let mut texts: BTreeMap<&Path, &str> = BTreeMap::new();
    for (path, file) in &files {
        hasher.file(path, &file.bytes);
        if path.extension().is_some_and(|end| end == "rs") {
            texts.insert(path, std::str::from_utf8(&file.bytes).ok()?);
        }
    }
    let mut library = texts.iter().filter(|(path, _)| path.starts_with("src"));
    if !library.all(|(_, text)| is_alone(text)) {
        return None;
    }
    let digest = hasher.finish().as_str().to_owned();
    let mut sorts: BTreeMap<Sort, BTreeSet<String>> = BTreeMap::new();
    for test in tests {
        let root = Path::new("tests").join(format!("{test}.rs"));
        let sort = files_of(&texts, &root).and_then(|texts| sort_of(&texts, &programs));
        if let Some(sort) = sort {
            sorts.entry(sort).or_default().insert(test);
        }
    }
    let members = sorts.into_iter().map(|(sort, tests)| Member {
        package: package.clone(),
        folder: folder.to_owned(),
        manifest: manifest.clone(),
        tests,
        copies: match sort {
            Sort::Counts => copies(&texts),
            Sort::Plain | Sort::TakesIn => Vec::new(),
        },
        sort,
        programs: programs.clone(),
        kind: kind.clone(),
        profile: profile.to_owned(),
        digest: digest.clone(),
    });
    Some(members.collect())
}

/// The texts of a crate, beginning with its root. `None` if some can't be found in a way as plain as ours.
fn files_of<'t>(texts: &BTreeMap<&Path, &'t str>, root: &Path) -> Option<Vec<&'t str>> {
    let mut found = Vec::new();
    // With the folder that the modules of each are looked for in.
    let mut open = vec![(root.to_owned(), root.parent()?.to_owned())];
    while let Some((path, folder)) = open.pop() {
        let text = *texts.get(path.as_path())?;
        found.push(text);
        for (name, place) in modules(text)? {
            let beside = folder.join(format!("{name}.rs"));
            let below = folder.join(&name);
            open.push(match place {
                Some(place) => {
                    let path = path.parent()?.join(place);
                    let folder = path.parent()?.to_owned();
                    (path, folder)
                }
                None if texts.contains_key(beside.as_path()) => (beside, below),
                None => (below.join("mod.rs"), below),
            });
        }
    }
    Some(found)
}

/// The modules that are files of their own, each with the path that is given for it. `None` if one is in a module that is
/// not, or in another folder than its crate's.
fn modules(text: &str) -> Option<Vec<(String, Option<String>)>> {
    let mut found = Vec::new();
    let mut place: Option<String> = None;
    for line in text.lines() {
        let code = line.trim();
        if let Some(attribute) = code.strip_prefix("#[path") {
            let path = attribute.split('"').nth(1)?;
            if path.contains("..") || path.starts_with('/') || !code.ends_with("\"]") {
                return None;
            }
            place = Some(path.to_owned());
            continue;
        }
        let module = code
            .strip_prefix("pub ")
            .unwrap_or(code)
            .strip_prefix("mod ");
        if let Some(name) = module.and_then(|rest| rest.strip_suffix(';')) {
            if line.starts_with(char::is_whitespace) {
                return None;
            }
            found.push((name.trim().to_owned(), place.take()));
        } else if !code.starts_with("#[") && !code.starts_with("//") {
            place = None;
        }
    }
    Some(found)
}

/// The names of a package's programs.
fn programs(
    package: &str,
    manifest: &Table,
    files: &BTreeMap<&Path, &CandidateFile>,
) -> Vec<String> {
    let named = manifest.get("bin").and_then(Value::as_array);
    let named = named
        .into_iter()
        .flatten()
        .filter_map(|it| it.get("name")?.as_str());
    let main = files
        .contains_key(Path::new("src/main.rs"))
        .then_some(package);
    named.chain(main).map(str::to_owned).collect()
}

/// The variable in which cargo tells tests where their package's program is. Other tests can be told too.
pub(super) fn variable_of(program: &str) -> String {
    format!("CARGO_BIN_EXE_{program}")
}

/// What of a manifest has to be the same for tests in one crate. `None` if there is something in it that is about this
/// crate alone.
fn kind(manifest: &Table) -> Option<String> {
    // What is of one system alone is its library's; tests that name it do not compile in a module, and are told by that.
    const TABLES: [&str; 8] = [
        "target",
        "package",
        "lib",
        "bin",
        "example",
        "dependencies",
        "dev-dependencies",
        "lints",
    ];
    const OF_PACKAGE: [&str; 8] = [
        "name",
        "version",
        "edition",
        "rust-version",
        "license",
        "publish",
        "description",
        "authors",
    ];
    const OF_LIBRARY: [&str; 5] = ["name", "path", "test", "doctest", "bench"];
    const OF_DEPENDENCY: [&str; 4] = ["workspace", "features", "version", "default-features"];
    let has_only =
        |table: &Table, known: &[&str]| table.keys().all(|key| known.contains(&key.as_str()));
    let part = |name: &str| manifest.get(name).and_then(Value::as_table);
    let package = part("package")?;
    let are_known = has_only(manifest, &TABLES)
        && has_only(package, &OF_PACKAGE)
        && part("lib").is_none_or(|library| has_only(library, &OF_LIBRARY));
    let sorts = [part("dependencies"), part("dev-dependencies")];
    let mut dependencies = sorts.into_iter().flatten().flat_map(Table::values);
    let are_plain = dependencies.all(|dependency| match dependency {
        Value::String(_) => true,
        Value::Table(table) => has_only(table, &OF_DEPENDENCY),
        _ => false,
    });
    let of_all = [package.get("edition"), manifest.get("lints")];
    (are_known && are_plain).then(|| format!("{of_all:?}"))
}
