//! What is built side by side: crates laid out in one workspace.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::candidate::{Baseline, Candidate, CandidateFile};
use crate::course::{Check, MutantSpec, Program, Workload};

/// One crate in a workspace.
#[derive(Debug, Clone)]
pub struct Plot {
    /// The crate's folder, relative to the workspace.
    pub folder: PathBuf,
    /// The package's name, unique in the workspace.
    pub package: String,
    /// The exercise, for messages.
    pub exercise: String,
    /// Every file, relative to the crate.
    pub files: Vec<CandidateFile>,
    /// What has to be built of it.
    pub targets: Vec<Target>,
}

/// No program's name begins with it: ids have no double underscore.
const PREDICTION: &str = "predict__";

/// Something to build.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The library, or a binary: the learner's own code.
    Own,
    /// `tests/<name>.rs`.
    Test(String),
    /// `compile/<name>.rs`, laid out as an example.
    Program(String),
    /// `predict/<name>.rs`, laid out as an example with a name of its own kind.
    Prediction(String),
}

impl Target {
    /// A name for a file, different for different targets.
    pub fn file_name(&self) -> String {
        match self {
            Target::Own => "own".to_owned(),
            Target::Test(name) => format!("test-{name}"),
            Target::Program(name) => format!("program-{name}"),
            Target::Prediction(name) => format!("prediction-{name}"),
        }
    }

    /// The name of the example as which a program or a prediction is laid out.
    pub fn example(&self) -> Option<String> {
        match self {
            Target::Own | Target::Test(_) => None,
            Target::Program(name) => Some(name.clone()),
            Target::Prediction(name) => Some(format!("{PREDICTION}{name}")),
        }
    }

    /// The target that is laid out as the example of this name.
    pub fn of_example(name: &str) -> Self {
        match name.strip_prefix(PREDICTION) {
            Some(name) => Target::Prediction(name.to_owned()),
            None => Target::Program(name.to_owned()),
        }
    }
}

impl Plot {
    /// The candidate itself.
    pub fn of(candidate: &Candidate) -> Self {
        let exercise = &candidate.exercise;
        let mut targets: Vec<Target> = candidate
            .tests
            .iter()
            .map(|test| Target::Test(test.target.clone()))
            .collect();
        let programs = exercise
            .every_check()
            .into_iter()
            .filter_map(Check::program);
        targets.extend(programs.map(|program| match program {
            Program::Test(name) => Target::Test(name),
            Program::Compile(name) => Target::Program(name),
            Program::Predict(name) => Target::Prediction(name),
        }));
        // Cargo refuses the whole build if it is asked for a target without a file.
        let is_there = |target: &Target| {
            let paths = match target {
                Target::Own => return true,
                Target::Test(name) => [format!("tests/{name}.rs"), format!("tests/{name}/main.rs")],
                Target::Program(name) => [
                    format!("compile/{name}.rs"),
                    format!("compile/{name}/main.rs"),
                ],
                Target::Prediction(name) => [
                    format!("predict/{name}.rs"),
                    format!("predict/{name}/main.rs"),
                ],
            };
            candidate
                .files
                .iter()
                .any(|file| paths.iter().any(|path| file.path == Path::new(path)))
        };
        targets.retain(is_there);
        targets.sort();
        targets.dedup();
        let files = candidate
            .files
            .iter()
            .filter(|file| !file.path.starts_with("mutants"));
        Plot {
            folder: folder(candidate, None),
            package: exercise.package.clone(),
            exercise: exercise.id.clone(),
            files: files
                .map(|file| CandidateFile {
                    path: laid_out(&file.path),
                    bytes: file.bytes.clone(),
                })
                .collect(),
            targets,
        }
    }

    /// The candidate with one mutant in place of the true code, as a package of its own name.
    pub fn of_mutant(candidate: &Candidate, mutant: &MutantSpec) -> Option<Self> {
        let changes = Path::new("mutants").join(&mutant.name);
        let changed = candidate.files.iter().filter_map(|file| {
            let path = file.path.strip_prefix(&changes).ok()?;
            Some((path.to_owned(), file.bytes.clone()))
        });
        Plot::of_mutants(candidate, &mutant.name, &changed.collect())
    }

    /// The candidate with these files in place of the true code's, as a package of its own name.
    pub(super) fn of_mutants(
        candidate: &Candidate,
        name: &str,
        changed: &BTreeMap<PathBuf, Vec<u8>>,
    ) -> Option<Self> {
        let exercise = &candidate.exercise;
        let suite = exercise.suite.as_ref()?;
        let mut files: Vec<CandidateFile> = Vec::new();
        for file in &candidate.files {
            let apart = ["mutants", "compile", "predict"];
            if apart.iter().any(|folder| file.path.starts_with(folder)) {
                continue;
            }
            let bytes = changed.get(&file.path).unwrap_or(&file.bytes);
            files.push(CandidateFile {
                path: file.path.clone(),
                bytes: bytes.clone(),
            });
        }
        let package = format!("{}--{name}", exercise.package);
        let manifest = files
            .iter_mut()
            .find(|file| file.path == Path::new("Cargo.toml"))?;
        manifest.bytes = renamed(&manifest.bytes, &exercise.package, &package)?;
        Some(Plot {
            folder: folder(candidate, Some(name)),
            package,
            exercise: exercise.id.clone(),
            files,
            targets: vec![Target::Test(suite.target.clone())],
        })
    }
}

/// The candidate's crate with somebody else's owned files, to be measured beside it.
impl Plot {
    /// The plot of a baseline, as a package of its own name.
    pub fn of_baseline(candidate: &Candidate, baseline: &Baseline) -> Option<Self> {
        let exercise = &candidate.exercise;
        let pristine = candidate.files.iter().filter(|file| {
            let apart = ["mutants", "compile", "predict"]
                .iter()
                .any(|folder| file.path.starts_with(folder));
            !apart && !exercise.owns(&file.path)
        });
        let mut files: Vec<CandidateFile> = pristine.chain(&baseline.files).cloned().collect();
        let package = baseline_package(&exercise.package, &baseline.name);
        let manifest = files
            .iter_mut()
            .find(|file| file.path == Path::new("Cargo.toml"))?;
        manifest.bytes = renamed(&manifest.bytes, &exercise.package, &package)?;
        let mut targets: Vec<Target> = exercise
            .ratios
            .iter()
            .map(|ratio| Target::Test(ratio.target.clone()))
            .collect();
        targets.sort();
        targets.dedup();
        Some(Plot {
            folder: folder(candidate, Some(&format!("beside_{}", baseline.name))),
            package,
            exercise: exercise.id.clone(),
            files,
            targets,
        })
    }
}

impl Plot {
    /// The candidate with nothing to build but the test that is its workload. Allocations are counted,
    /// whether the test asks for that or not.
    pub fn of_workload(candidate: &Candidate, workload: &Workload) -> Self {
        let mut plot = Plot::of(candidate);
        plot.targets = vec![Target::Test(workload.target.clone())];
        let path = PathBuf::from(format!("tests/{}.rs", workload.target));
        let test = plot.files.iter_mut().find(|file| file.path == path);
        if let Some(test) = test.filter(|test| !has_allocator(&test.bytes)) {
            test.bytes.extend_from_slice(ALLOCATOR.as_bytes());
        }
        plot
    }
}

const ALLOCATOR: &str = "
#[global_allocator]
static WORKBOOK_ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;
";

fn has_allocator(source: &[u8]) -> bool {
    String::from_utf8_lossy(source).contains("#[global_allocator]")
}

/// The name of a baseline's package.
pub(super) fn baseline_package(package: &str, baseline: &str) -> String {
    format!("{package}--{baseline}")
}

/// Where a crate lies. Cargo names compiled files after this path: a slot's name or a mutant's in it
/// keeps them apart.
fn folder(candidate: &Candidate, mutant: Option<&str>) -> PathBuf {
    let mut folder = PathBuf::new();
    folder.extend(candidate.slot.prefix());
    if let Some(mutant) = mutant {
        folder.extend(["mutants", mutant]);
    }
    folder.push(&candidate.exercise.crate_folder);
    folder
}

/// Cargo finds programs in `examples/`; in the exercise they are elsewhere, so that those that must not
/// build do not break `cargo build --all-targets`.
fn laid_out(path: &Path) -> PathBuf {
    if let Ok(inside) = path.strip_prefix("compile") {
        return Path::new("examples").join(inside);
    }
    match path.strip_prefix("predict") {
        Ok(inside) => Path::new("examples").join(format!("{PREDICTION}{}", inside.display())),
        Err(_) => path.to_owned(),
    }
}

/// The manifest under another package name, with the library's name as it was.
fn renamed(manifest: &[u8], old: &str, new: &str) -> Option<Vec<u8>> {
    let mut root: toml::Table = toml::from_str(std::str::from_utf8(manifest).ok()?).ok()?;
    let package = root.get_mut("package")?.as_table_mut()?;
    package.insert("name".to_owned(), toml::Value::String(new.to_owned()));
    let library = root
        .entry("lib")
        .or_insert_with(|| toml::Value::Table(toml::Table::new()));
    let library = library.as_table_mut()?;
    library
        .entry("name")
        .or_insert_with(|| toml::Value::String(old.replace('-', "_")));
    Some(root.to_string().into_bytes())
}
