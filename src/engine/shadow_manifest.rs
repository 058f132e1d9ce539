//! The manifest of a shadow workspace: the course's, with other members, and with the profiles of what is there.
//!
//! What its members need is read from the lock file line by line, as cargo writes it: it is read before each build,
//! and as TOML that would take longer than all else before cargo is called. What is written otherwise is not found,
//! which costs a setting of a profile, and no verdict.

use std::collections::{BTreeMap, BTreeSet};

use crate::candidate::Environment;

/// The manifest's text, for these members (folders) with these packages.
pub(super) fn manifest(
    environment: &Environment,
    members: &BTreeSet<String>,
    packages: &[&str],
) -> String {
    let mut manifest = environment.manifest.clone();
    let list = members
        .iter()
        .map(|member| toml::Value::String(member.clone()));
    if let Some(toml::Value::Table(workspace)) = manifest.get_mut("workspace") {
        workspace.insert("members".to_owned(), toml::Value::Array(list.collect()));
    }
    // A profile for a package that is not here would make cargo warn in every build.
    let lock = environment.lock.as_deref().unwrap_or_default();
    let needed = needed(lock, packages);
    if let Some(toml::Value::Table(profiles)) = manifest.get_mut("profile") {
        for (_, profile) in profiles.iter_mut() {
            if let Some(toml::Value::Table(overrides)) = profile.get_mut("package") {
                // A variant is compiled as the package that it is a variant of.
                for package in packages {
                    if let Some((base, _)) = package.split_once("--")
                        && let Some(settings) = overrides.get(base).cloned()
                    {
                        overrides.insert((*package).to_owned(), settings);
                    }
                }
                let is_here = |name: &str| packages.contains(&name) || needed.contains(name);
                overrides.retain(|name, _| name == "*" || is_here(name));
            }
        }
    }
    manifest.to_string()
}

/// The names of all that these packages, or what they are variants of (`name--variant`), need by this lock file,
/// directly or not. More than one version of a package count as one.
fn needed<'a>(lock: &'a str, packages: &[&'a str]) -> BTreeSet<&'a str> {
    let graph = graph(lock);
    let needs = |package: &str| graph.get(package).into_iter().flatten().copied();
    let base = |package: &&'a str| package.split_once("--").map_or(*package, |(base, _)| base);
    let mut open: Vec<&str> = packages.iter().map(base).flat_map(needs).collect();
    let mut needed = BTreeSet::new();
    while let Some(package) = open.pop() {
        if needed.insert(package) {
            open.extend(needs(package));
        }
    }
    needed
}

fn graph(lock: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut graph: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut package = "";
    for line in lock.lines() {
        if let Some(name) = line.strip_prefix("name = ") {
            package = name.trim_matches('"');
        } else if let Some(needed) = line.strip_prefix(" \"") {
            // `"name"`, or `"name 1.2.3"` where there are several versions.
            let end = needed.find([' ', '"']).unwrap_or(needed.len());
            graph.entry(package).or_default().push(&needed[..end]);
        }
    }
    graph
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_laid_out_keeps_its_profiles_and_those_of_what_it_needs() {
        let profiles = "[profile.dev.package]\na = {opt-level = 3}\nb = {opt-level = 3}\nhash = {opt-level = 3}\n\
                        wide = {opt-level = 3}\n";
        let lock = "[[package]]\nname = \"a\"\ndependencies = [\n \"hash\",\n]\n\n[[package]]\nname = \"b\"\n\
                    dependencies = [\n \"wide\",\n]\n";
        let course = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in [("Cargo.toml", profiles), ("Cargo.lock", lock)] {
            std::fs::write(course.path().join(name), text).expect("it can be written");
        }
        let environment = Environment::look(course.path(), course.path()).expect("there is Rust");
        let text = manifest(&environment, &BTreeSet::new(), &["a--starter"]);
        let table: toml::Table = toml::from_str(&text).expect("it is TOML");
        let kept = table["profile"]["dev"]["package"].as_table();
        let kept: Vec<&String> = kept.expect("it is a table").keys().collect();
        assert_eq!(kept, ["hash", "a--starter"]);
    }

    #[test]
    fn what_is_needed_by_what_is_needed_is_needed() {
        let lock = r#"version = 4

[[package]]
name = "drill"
version = "0.0.0"
dependencies = [
 "web",
 "hash 1.0.0",
]

[[package]]
name = "hash"
version = "1.0.0"

[[package]]
name = "hash"
version = "2.0.0"
dependencies = [
 "web",
 "wide",
]

[[package]]
name = "web"
version = "1.0.0"
source = "registry"
dependencies = [
 "hash 2.0.0",
]

[[package]]
name = "other"
version = "0.0.0"
dependencies = [
 "unwanted",
]
"#;
        let all = BTreeSet::from(["hash", "web", "wide"]);
        assert_eq!(needed(lock, &["drill"]), all);
        let variant = needed(lock, &["drill--starter"]);
        assert_eq!(variant, all, "a variant needs what it is a variant of");
        let others = needed(lock, &["other", "new"]);
        assert_eq!(others, BTreeSet::from(["unwanted"]));
    }
}
