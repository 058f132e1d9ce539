//! Resolves a manifest against a small index, as cargo does: one release for all requirements that are compatible,
//! features as the union of what is asked for, optional dependencies by features. What it does not know it refuses.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

/// A requirement, as a manifest or a release states it.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// The crate.
    pub name: String,
    /// `1.2`, for example.
    pub version: Option<String>,
    /// What is asked for beside the default.
    pub features: Vec<String>,
    /// Whether the default is asked for.
    pub default: bool,
    /// Only if a feature asks for it.
    pub optional: bool,
    /// `registry`, `git` or `path`, with its value.
    pub source: Option<(String, String)>,
}

/// A release of a crate.
#[derive(Debug, Clone)]
pub struct Release {
    /// The crate.
    pub name: String,
    /// Major, minor, patch.
    pub version: [u64; 3],
    /// As SPDX has it.
    pub licence: String,
    /// The library of C that it needs.
    pub links: Option<String>,
    /// The registry that has it, if not crates.io.
    pub registry: Option<String>,
    features: BTreeMap<String, Vec<String>>,
    dependencies: Vec<Requirement>,
}

/// What a build consists of: releases, each with its features.
pub type Build = BTreeMap<(String, [u64; 3]), (Release, BTreeSet<String>)>;

/// The releases of an index.
///
/// # Errors
///
/// What can't be read.
pub fn index(text: &str) -> Result<Vec<Release>, String> {
    let table: Table = text
        .parse()
        .map_err(|error| format!("index.toml: {error}"))?;
    let releases = table["release"]
        .as_array()
        .ok_or("index.toml: no releases")?;
    releases
        .iter()
        .map(|one| release(one.as_table().ok_or("a release is a table")?))
        .collect()
}

/// The requirements of a section of a manifest, such as `dependencies`.
///
/// # Errors
///
/// What can't be read.
pub fn requirements(manifest: &str, section: &str) -> Result<Vec<Requirement>, String> {
    let table: Table = manifest
        .parse()
        .map_err(|error| format!("manifest.toml: {error}"))?;
    let known = ["package", "dependencies", "dev-dependencies"];
    if let Some(strange) = table.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(format!("manifest.toml: `[{strange}]` is not read here"));
    }
    table
        .get(section)
        .and_then(Value::as_table)
        .map_or(Ok(Vec::new()), requirements_of)
}

/// All that gets into a build with these requirements.
///
/// # Errors
///
/// What can't be resolved.
pub fn resolve(index: &[Release], requirements: &[Requirement]) -> Result<Build, String> {
    let mut build = Build::new();
    let mut left: Vec<Requirement> = requirements.to_vec();
    while let Some(wanted) = left.pop() {
        if wanted
            .source
            .as_ref()
            .is_some_and(|(kind, _)| kind != "registry")
        {
            // Its contents are whatever is there today. Nothing more can be said of it.
            continue;
        }
        let release = pick(index, &wanted)?;
        let key = (release.name.clone(), release.version);
        let is_new = !build.contains_key(&key);
        let (release, features) = build
            .entry(key)
            .or_insert_with(|| (release.clone(), BTreeSet::new()));
        if is_new {
            left.extend(
                release
                    .dependencies
                    .iter()
                    .filter(|one| !one.optional)
                    .cloned(),
            );
        }
        let mut asked: Vec<String> = wanted.features.clone();
        if wanted.default && release.features.contains_key("default") {
            asked.push("default".to_owned());
        }
        while let Some(feature) = asked.pop() {
            let Some(brings) = release.features.get(&feature) else {
                return Err(format!("`{}` has no feature `{feature}`", release.name));
            };
            if !features.insert(feature) {
                continue;
            }
            for part in brings {
                match part.strip_prefix("dep:") {
                    Some(name) => left.extend(
                        release
                            .dependencies
                            .iter()
                            .filter(|one| one.name == name)
                            .cloned(),
                    ),
                    None => asked.push(part.clone()),
                }
            }
        }
    }
    Ok(build)
}

/// Whether a requirement takes a later release as well that may break what uses the one there is.
///
/// # Errors
///
/// What can't be read, or is not there.
pub fn takes_what_may_break(index: &[Release], wanted: &Requirement) -> Result<bool, String> {
    let there = pick(index, wanted)?.version;
    let (_, before) = range(wanted)?;
    Ok(before > next_that_may_break(there, 3))
}

/// The latest release that a requirement takes.
fn pick<'i>(index: &'i [Release], wanted: &Requirement) -> Result<&'i Release, String> {
    let registry = wanted.source.as_ref().map(|(_, name)| name.as_str());
    let (from, before) = range(wanted)?;
    let fits = |release: &&Release| {
        release.name == wanted.name
            && release.registry.as_deref() == registry
            && (from..before).contains(&release.version)
    };
    let found = index
        .iter()
        .filter(fits)
        .max_by_key(|release| release.version);
    found.ok_or_else(|| {
        format!(
            "there is no `{}` {} in {}",
            wanted.name,
            wanted.version.as_deref().unwrap_or_default(),
            registry.unwrap_or("crates.io")
        )
    })
}

/// From which version on a requirement takes releases, and before which.
fn range(wanted: &Requirement) -> Result<([u64; 3], [u64; 3]), String> {
    let text = wanted.version.as_deref();
    let text = text.ok_or_else(|| format!("`{}` has no version", wanted.name))?;
    let mut range = ([0; 3], [u64::MAX; 3]);
    for part in text.split(',') {
        let (from, before) = comparison(part.trim()).ok_or_else(|| {
            format!(
                "`{}`: the version `{text}` is not read here: `{part}`",
                wanted.name
            )
        })?;
        range = (range.0.max(from), range.1.min(before));
    }
    Ok(range)
}

/// One comparison, such as `1.2`, `=1.2.3`, `~1.2`, `>=1` or `1.*`.
fn comparison(text: &str) -> Option<([u64; 3], [u64; 3])> {
    const ALL: ([u64; 3], [u64; 3]) = ([0; 3], [u64::MAX; 3]);
    if text == "*" {
        return Some(ALL);
    }
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (sign, version) = (text[..digits].trim(), &text[digits..]);
    let (sign, version) = match version.strip_suffix(".*") {
        // All that begins with these numbers.
        Some(version) if sign.is_empty() => ("=", version.trim_end_matches(".*")),
        Some(_) => return None,
        None => (sign, version),
    };
    let mut from = [0; 3];
    let mut named = 0;
    for number in version.split('.') {
        *from.get_mut(named)? = u64::from(number.parse::<u32>().ok()?);
        named += 1;
    }
    // The first version that does not begin with the numbers that are named.
    let past = raised(from, named - 1);
    Some(match sign {
        "" | "^" => (from, next_that_may_break(from, named)),
        "=" => (from, past),
        "~" => (from, raised(from, (named - 1).min(1))),
        ">=" => (from, ALL.1),
        ">" => (past, ALL.1),
        "<" => (ALL.0, from),
        "<=" => (ALL.0, past),
        _ => return None,
    })
}

/// Cargo's rule: the first number that is not 0 says what goes together.
fn next_that_may_break(version: [u64; 3], named: usize) -> [u64; 3] {
    let first = version[..named].iter().position(|number| *number > 0);
    raised(version, first.unwrap_or(named - 1))
}

/// One more at a place, and nothing after it.
fn raised(version: [u64; 3], place: usize) -> [u64; 3] {
    let mut raised = [0; 3];
    raised[..=place].copy_from_slice(&version[..=place]);
    raised[place] += 1;
    raised
}

fn release(table: &Table) -> Result<Release, String> {
    let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
    let name = text("name").ok_or("a release has a name")?;
    let parts = text("version").ok_or("a release has a version")?;
    let mut numbers = parts.split('.').map(|part| part.parse().unwrap_or(0));
    let version = [(); 3].map(|()| numbers.next().unwrap_or(0));
    let features = table
        .get("features")
        .and_then(Value::as_table)
        .into_iter()
        .flatten();
    let features = features
        .map(|(name, brings)| (name.clone(), texts(Some(brings))))
        .collect();
    let dependencies = table
        .get("dependencies")
        .and_then(Value::as_table)
        .map_or(Ok(Vec::new()), requirements_of)?;
    Ok(Release {
        name,
        version,
        licence: text("licence").unwrap_or_default(),
        links: text("links"),
        registry: text("registry"),
        features,
        dependencies,
    })
}

fn requirements_of(table: &Table) -> Result<Vec<Requirement>, String> {
    table
        .iter()
        .map(|(name, value)| requirement(name, value))
        .collect()
}

fn requirement(name: &str, value: &Value) -> Result<Requirement, String> {
    let short = Table::from_iter([("version".to_owned(), value.clone())]);
    let table = value.as_table().unwrap_or(&short);
    let known = [
        "version",
        "features",
        "default-features",
        "optional",
        "registry",
        "git",
        "branch",
        "tag",
        "rev",
        "path",
    ];
    if let Some(strange) = table.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(format!("`{name}`: `{strange}` is not read here"));
    }
    let source = ["git", "path", "registry"].iter().find_map(|kind| {
        let value = table.get(*kind)?.as_str()?;
        Some(((*kind).to_owned(), value.to_owned()))
    });
    Ok(Requirement {
        name: name.to_owned(),
        version: table
            .get("version")
            .and_then(Value::as_str)
            .map(str::to_owned),
        features: texts(table.get("features")),
        default: table
            .get("default-features")
            .and_then(Value::as_bool)
            .unwrap_or(true),
        optional: table
            .get("optional")
            .and_then(Value::as_bool)
            .unwrap_or(false),
        source,
    })
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}
