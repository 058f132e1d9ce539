//! Crates of the course that exercises depend on, such as `probes`: which of them a request needs, and how
//! much of each.
//!
//! Cargo resolves the optional dependencies of every workspace member, also those that nobody turned on.
//! So a helper is laid out only where a crate names it, and without its optional dependencies where no
//! crate asks for a feature: an exercise that needs none of them must not need the registry for them.

use std::path::{Path, PathBuf};

use super::plot::Plot;

/// A helper that a request needs.
pub(super) struct Needed {
    /// Relative to the course.
    pub folder: PathBuf,
    /// Its name.
    pub package: String,
    /// Its manifest as it is to be laid out.
    pub manifest: String,
}

/// The helpers that these crates name.
pub(super) fn needed(
    course_root: &Path,
    root: &toml::Table,
    helpers: &[PathBuf],
    plots: &[&Plot],
) -> Vec<Needed> {
    let mut manifests: Vec<toml::Table> = plots.iter().copied().filter_map(manifest_of).collect();
    let mut found: Vec<Needed> = Vec::new();
    // A helper may need another in turn.
    loop {
        let is_new = |folder: &&PathBuf| !found.iter().any(|known| known.folder == **folder);
        let open: Vec<&PathBuf> = helpers.iter().filter(is_new).collect();
        let more: Vec<Needed> = (open.into_iter())
            .filter_map(|folder| need(course_root, root, folder, &manifests))
            .collect();
        if more.is_empty() {
            found.sort_by(|one, other| one.folder.cmp(&other.folder));
            return found;
        }
        manifests.extend(
            more.iter()
                .filter_map(|helper| toml::from_str(&helper.manifest).ok()),
        );
        found.extend(more);
    }
}

/// The helper in this folder, if one of the manifests names it.
fn need(
    course_root: &Path,
    root: &toml::Table,
    folder: &Path,
    manifests: &[toml::Table],
) -> Option<Needed> {
    let text = std::fs::read_to_string(course_root.join(folder).join("Cargo.toml")).ok()?;
    let manifest: toml::Table = toml::from_str(&text).ok()?;
    let name = manifest.get("package")?.get("name")?.as_str()?.to_owned();
    let names = names_of(root, &name);
    let uses: Vec<&toml::Value> = manifests
        .iter()
        .flat_map(|manifest| uses_of(manifest, &name, &names))
        .collect();
    if uses.is_empty() {
        return None;
    }
    let has_features = |table: &&toml::Value| {
        let features = table.get("features").and_then(toml::Value::as_array);
        features.is_some_and(|features| !features.is_empty())
    };
    let by_default = manifest
        .get("features")
        .is_some_and(|all| all.get("default").is_some());
    let plain = !by_default && !uses.iter().any(has_features);
    Some(Needed {
        folder: folder.to_owned(),
        package: name,
        manifest: if plain {
            without_features(manifest).to_string()
        } else {
            text
        },
    })
}

fn manifest_of(plot: &Plot) -> Option<toml::Table> {
    let file = plot
        .files
        .iter()
        .find(|file| file.path == Path::new("Cargo.toml"))?;
    toml::from_str(std::str::from_utf8(&file.bytes).ok()?).ok()
}

/// The names by which the workspace's manifest lets its members ask for a package.
fn names_of<'r>(root: &'r toml::Table, package: &'r str) -> Vec<&'r str> {
    let listed = root
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"))
        .and_then(toml::Value::as_table);
    let other = listed.into_iter().flatten().filter_map(|(name, value)| {
        let is_it = value.get("package").and_then(toml::Value::as_str) == Some(package);
        is_it.then_some(name.as_str())
    });
    std::iter::once(package).chain(other).collect()
}

/// Where a manifest names a dependency, of any sort and for any target, by one of these names or by its own.
fn uses_of<'m>(manifest: &'m toml::Table, package: &str, names: &[&str]) -> Vec<&'m toml::Value> {
    let sorts = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let targets = targets.into_iter().flat_map(toml::Table::values);
    std::iter::once(manifest)
        .chain(targets.filter_map(toml::Value::as_table))
        .flat_map(|tables| {
            sorts
                .iter()
                .filter_map(|sort| tables.get(*sort)?.as_table())
        })
        .flatten()
        .filter(|(key, value)| match value.get("package") {
            Some(named) => named.as_str() == Some(package),
            None => names.contains(&key.as_str()),
        })
        .map(|(_, value)| value)
        .collect()
}

/// The manifest without features, and without what only features bring.
fn without_features(mut manifest: toml::Table) -> toml::Table {
    manifest.remove("features");
    manifest.remove("test");
    manifest.remove("dev-dependencies");
    if let Some(toml::Value::Table(dependencies)) = manifest.get_mut("dependencies") {
        let is_optional = |value: &toml::Value| {
            value.get("optional").and_then(toml::Value::as_bool) == Some(true)
        };
        dependencies.retain(|_, value| !is_optional(value));
    }
    manifest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::CandidateFile;

    fn plot(dependency: &str) -> Plot {
        Plot {
            folder: PathBuf::from("x"),
            package: "x".to_owned(),
            exercise: "x".to_owned(),
            files: vec![CandidateFile {
                path: PathBuf::from("Cargo.toml"),
                bytes: format!("[package]\nname = \"x\"\n[dev-dependencies]\n{dependency}\n")
                    .into_bytes(),
            }],
            targets: Vec::new(),
        }
    }

    #[test]
    fn a_helper_comes_with_its_features_only_where_one_is_asked_for() {
        let course = tempfile::tempdir().expect("a temporary folder");
        let folder = course.path().join("probes");
        std::fs::create_dir(&folder).expect("it can be made");
        let text = "[package]\nname = \"probes\"\n[features]\nloom = [\"dep:loom\"]\n[dependencies]\n\
                    loom = { version = \"1\", optional = true }\nserde = \"1\"\n";
        std::fs::write(folder.join("Cargo.toml"), text).expect("it can be written");
        let helpers = [PathBuf::from("probes")];
        let root: toml::Table =
            "[workspace.dependencies]\nloupe = { path = \"probes\", package = \"probes\" }"
                .parse()
                .expect("it is TOML");
        let of = |plots: &[Plot]| {
            let plots: Vec<&Plot> = plots.iter().collect();
            needed(course.path(), &root, &helpers, &plots)
        };

        assert!(of(&[plot("serde = \"1\"")]).is_empty());
        let plain = plot("probes = { workspace = true }");
        let manifest = of(std::slice::from_ref(&plain)).remove(0).manifest;
        assert!(
            !manifest.contains("loom") && manifest.contains("serde"),
            "{manifest}"
        );
        // Under another name, and for some targets only.
        for text in [
            "loupe = { workspace = true }",
            "glass = { path = \"x\", package = \"probes\" }",
            "[target.'cfg(unix)'.dependencies]\nprobes = { workspace = true }",
        ] {
            assert_eq!(of(&[plot(text)]).len(), 1, "{text}");
        }
        assert!(of(&[plot("probes = { version = \"1\", package = \"other\" }")]).is_empty());
        let asks = plot("probes = { workspace = true, features = [\"loom\"] }");
        assert_eq!(of(&[plain, asks]).remove(0).manifest, text);
    }
}
