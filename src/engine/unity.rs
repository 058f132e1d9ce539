//! Tests of many exercises as modules of one crate (a *unity build*): what a compiler and a linker do for each crate,
//! whatever is in it, they do once for some forty test files.
//!
//! Only what means the same in a module as in a crate of its own is taken in, and that is decided by what is seen in
//! the files: whatever might be otherwise stays a crate. A mistake here costs no verdict as long as the compiler
//! complains, for then the tests are compiled each by itself; so what is looked for is what it would not complain of.

mod build;
mod early;
mod member;
mod sort;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::plot::{Plot, Target};
use super::shadow::forward_slashes;
use crate::candidate::{CandidateFile, Hasher};
use member::{Member, fit};
use sort::{COUNTING, Sort};

pub(super) use build::{Site, build};

/// In the names of packages that are made here, beside two hyphens, which are in no id.
const NAME: &str = "together";

/// Whether a package is made here.
pub(super) fn is_made(package: &str) -> bool {
    package
        .split_once("--")
        .is_some_and(|(first, rest)| first == NAME || rest.starts_with(NAME))
}

/// Whether somebody wants everything compiled by itself: `WORKBOOK_TOGETHER=0`.
pub(super) fn is_apart() -> bool {
    std::env::var_os("WORKBOOK_TOGETHER").is_some_and(|it| it == "0")
}

/// Fewer test files are compiled each by itself.
const FEW: usize = 8;

/// And so few that are compiled alike.
const FEW_OF_A_KIND: usize = 3;

/// About so many test files make a crate: twice as many take hardly less work, and can't be shared by processors.
const OF_ONE_CRATE: usize = 40;

/// One crate of tests.
struct Unity {
    /// The crate, to be laid out beside those that it tests.
    plot: Plot,
    /// What is in it.
    members: Vec<Member>,
}

impl Unity {
    /// What comes before the paths of the members' files in what this crate prints.
    fn lead(&self) -> String {
        let up = way_to(self.members.first(), &self.plot.folder);
        format!("{}/{up}", forward_slashes(&self.plot.folder))
    }

    /// The same crate with some of its members only; none if that is not worth it.
    fn again(&self, members: &[Member], prefix: Option<&str>) -> Option<Self> {
        let members: Vec<&Member> = members.iter().collect();
        let is_worth_it = members.len() > 1;
        is_worth_it.then(|| unity(self.plot.package.clone(), &members, prefix))
    }

    /// The name of the test target.
    fn target(&self) -> Target {
        self.plot.targets[0].clone()
    }
}

/// The crates for these members, below this folder. None if they are few; a member that does not go with the others of its
/// crate is in none.
fn crates(members: &[Member], prefix: Option<&str>) -> Vec<Unity> {
    let files = |members: &[&Member]| {
        members
            .iter()
            .map(|member| member.tests.len())
            .sum::<usize>()
    };
    let mut kinds: BTreeMap<(&str, &str, Sort), Vec<&Member>> = BTreeMap::new();
    for member in members {
        let kind = (member.profile.as_str(), member.kind.as_str(), member.sort);
        kinds.entry(kind).or_default().push(member);
    }
    kinds.retain(|_, members| files(members) >= FEW_OF_A_KIND);
    let all: Vec<&Member> = kinds.values().flatten().copied().collect();
    if files(&all) < FEW {
        return Vec::new();
    }
    let mut unities = Vec::new();
    for ((profile, ..), members) in kinds {
        // Cargo is told nothing of a new package, but a variant is compiled as the package that it is a variant of.
        let like = members.iter().map(|member| &member.package).min();
        let like = like.filter(|_| !profile.is_empty());
        // In the same crate whatever else there is, so that a package more does not have all of them compiled anew.
        let count = files(&members).div_ceil(OF_ONE_CRATE).next_power_of_two();
        let mut groups: Vec<Vec<&Member>> = vec![Vec::new(); count];
        for member in members {
            groups[place(&member.package) % count].push(member);
        }
        for group in groups.iter().filter(|group| !group.is_empty()) {
            let number = unities.len();
            let name = match like {
                Some(package) => format!("{package}--{NAME}_{number}"),
                None => format!("{NAME}--{number}"),
            };
            unities.push(unity(name, group, prefix));
        }
    }
    unities
}

fn place(package: &str) -> usize {
    let mut hasher = Hasher::default();
    hasher.part(package, b"");
    let digits = hasher.finish();
    usize::from_str_radix(digits.as_str().get(..6).unwrap_or("0"), 16).unwrap_or(0)
}

fn unity(package: String, members: &[&Member], prefix: Option<&str>) -> Unity {
    let target = package.replace('-', "_");
    let mut folder = PathBuf::new();
    folder.extend(prefix);
    folder.push(&package);
    let up = "../".repeat(folder.components().count());
    let to_tests = way_to(members.first().copied(), &folder);
    let mut dependencies = Table::new();
    let mut root = String::from("#![allow(non_snake_case)]\n");
    if members.first().is_some_and(|it| it.sort == Sort::Counts) {
        root.push_str(COUNTING);
        root.push('\n');
    }
    let mut copies = Vec::new();
    let mut taken = Vec::new();
    for &member in members {
        let Some(all) = with(&dependencies, member, &up) else {
            continue;
        };
        dependencies = all;
        for test in &member.tests {
            let (folder, module) = (forward_slashes(&member.folder), member.module(test));
            // Writing to a String can't fail.
            let _ = writeln!(
                root,
                "#[path = \"{to_tests}{folder}/tests/{test}.rs\"]\nmod {module};"
            );
        }
        copies.extend(member.copies.iter().map(|file| CandidateFile {
            path: member.folder.join(&file.path),
            bytes: file.bytes.clone(),
        }));
        taken.push(member.clone());
    }
    let manifest = manifest(&package, &target, members[0], dependencies);
    let file = |path: &str, text: &str| CandidateFile {
        path: PathBuf::from(path),
        bytes: text.as_bytes().into(),
    };
    Unity {
        plot: Plot {
            folder,
            exercise: package.clone(),
            package,
            files: [
                file("Cargo.toml", &manifest),
                file("lib.rs", ""),
                file("tests.rs", &root),
            ]
            .into_iter()
            .chain(copies)
            .collect(),
            targets: vec![Target::Test(target)],
        },
        members: taken,
    }
}

/// From a crate's folder to where its members' folders begin: out of it, but where the crate has copies.
fn way_to(first: Option<&Member>, folder: &Path) -> String {
    if first.is_some_and(|it| it.sort == Sort::Counts) {
        return String::new();
    }
    "../".repeat(folder.components().count())
}

fn manifest(package: &str, target: &str, like: &Member, dependencies: Table) -> String {
    let mut about = Table::new();
    about.insert("name".to_owned(), package.into());
    about.insert("version".to_owned(), "0.0.0".into());
    about.insert("publish".to_owned(), false.into());
    about.insert("autotests".to_owned(), false.into());
    for key in ["edition", "rust-version"] {
        let value = like.manifest.get("package").and_then(|it| it.get(key));
        about.extend(value.map(|value| (key.to_owned(), value.clone())));
    }
    // A package has to have one.
    let library = Table::from_iter([("path".to_owned(), Value::from("lib.rs"))]);
    let test = Table::from_iter([
        ("name".to_owned(), Value::from(target)),
        ("path".to_owned(), Value::from("tests.rs")),
    ]);
    let mut manifest = Table::new();
    manifest.insert("package".to_owned(), about.into());
    manifest.insert("lib".to_owned(), library.into());
    manifest.insert("test".to_owned(), Value::Array(vec![test.into()]));
    manifest.insert("dev-dependencies".to_owned(), dependencies.into());
    let lints = like.manifest.get("lints");
    manifest.extend(lints.map(|lints| ("lints".to_owned(), lints.clone())));
    manifest.to_string()
}

/// These dependencies with a member and its own. `None` if two of one name are not the same.
fn with(dependencies: &Table, member: &Member, up: &str) -> Option<Table> {
    let mut all = dependencies.clone();
    for sort in ["dependencies", "dev-dependencies"] {
        let own = member.manifest.get(sort).and_then(Value::as_table);
        for (name, value) in own.into_iter().flatten() {
            let merged = match all.get(name) {
                Some(known) => merged(known, value)?,
                None => value.clone(),
            };
            all.insert(name.clone(), merged);
        }
    }
    let path = format!("{up}{}", forward_slashes(&member.folder));
    let own = Table::from_iter([("path".to_owned(), Value::from(path))]);
    let was = all.insert(member.package.clone(), own.into());
    was.is_none().then_some(all)
}

/// A dependency with the features that two ask for.
fn merged(one: &Value, other: &Value) -> Option<Value> {
    if one == other {
        return Some(one.clone());
    }
    let (mut one, mut other) = (one.as_table()?.clone(), other.as_table()?.clone());
    let mut features = Vec::new();
    for table in [&mut one, &mut other] {
        if let Some(Value::Array(some)) = table.remove("features") {
            features.extend(some);
        }
    }
    let mut seen: Vec<Value> = Vec::new();
    features.retain(|feature| {
        let is_new = !seen.contains(feature);
        seen.push(feature.clone());
        is_new
    });
    if one != other {
        return None;
    }
    one.insert("features".to_owned(), Value::Array(features));
    Some(one.into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::member::members_of;
    use super::*;
    use crate::candidate::Environment;

    const MANIFEST: &str = "[package]\nname = \"NAME\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dev-dependencies]\n\
                            probes = { workspace = true }\n";

    fn plot(package: &str, files: &[(&str, &str)]) -> Plot {
        let manifest = MANIFEST.replace("NAME", package);
        let mut all = vec![("Cargo.toml", manifest.as_str()), ("src/lib.rs", "")];
        all.retain(|(path, _)| files.iter().all(|(other, _)| path != other));
        all.extend(files);
        let names = files.iter().filter_map(|(path, _)| {
            let name = path.strip_prefix("tests/")?.strip_suffix(".rs")?;
            (!name.contains('/')).then(|| Target::Test(name.to_owned()))
        });
        Plot {
            folder: PathBuf::from("exercises/a").join(package),
            package: package.to_owned(),
            exercise: package.to_owned(),
            targets: names.collect(),
            files: (all.iter())
                .map(|(path, text)| CandidateFile {
                    path: PathBuf::from(path),
                    bytes: text.replace("NAME", package).into_bytes(),
                })
                .collect(),
        }
    }

    fn fit_of(plots: &[Plot], root: &str) -> Vec<(String, Target)> {
        let course = tempfile::tempdir().expect("a folder");
        std::fs::write(course.path().join("Cargo.toml"), root).expect("it can be written");
        let environment = Environment::look(course.path(), course.path()).expect("there is Rust");
        let members = fit(plots, &environment);
        members.iter().flat_map(Member::of_package).collect()
    }

    #[test]
    fn what_would_not_be_the_same_in_a_module_stays_a_crate() {
        let is_fit = |files: &[(&str, &str)]| !fit_of(&[plot("drill", files)], "").is_empty();
        let with = |text: &str| is_fit(&[("tests/checks.rs", text)]);
        assert!(with("#![allow(dead_code)]\n#[test]\nfn adds() {}\n"));
        for text in [
            "use crate::support;",
            "extern crate alloc;",
            "#[global_allocator]\nstatic A: System = System;",
            "#![recursion_limit = \"512\"]",
            "#![cfg(unix)]",
            "const PROGRAM: &str = env!(\"CARGO_BIN_EXE_drill\");",
            "#[cfg(feature = \"slow\")]\nmod slow {}",
            "std::env::current_exe()",
            "std::any::type_name::<Here>()",
            "#[path = \"../src/queue.rs\"]\nmod queue;",
            "mod inside {\n    mod file;\n}",
        ] {
            assert!(!with(text), "{text}");
        }
        assert!(!is_fit(&[("tests/checks.rs", ""), ("build.rs", "")]));
        let exports = "#[unsafe(no_mangle)]\npub fn add() {}";
        assert!(!is_fit(&[("tests/checks.rs", ""), ("src/sum.rs", exports)]));
        let features = MANIFEST.to_owned() + "[features]\nfast = []\n";
        assert!(!is_fit(&[
            ("tests/checks.rs", ""),
            ("Cargo.toml", &features)
        ]));
    }

    #[test]
    fn modules_of_tests_are_looked_at_where_the_compiler_finds_them() {
        let bad = "pub fn name() -> &'static str { module_path!() }";
        let is_fit = |root: &str, place: &str, text: &str| {
            let files = [("tests/checks.rs", root), (place, text)];
            !fit_of(&[plot("drill", &files)], "").is_empty()
        };
        for (root, place) in [
            ("mod support;", "tests/support/mod.rs"),
            ("pub mod support;", "tests/support.rs"),
            (
                "#[path = \"support/lab.rs\"]\nmod lab;",
                "tests/support/lab.rs",
            ),
            (
                "#[path = \"support/lab.rs\"]\n#[allow(dead_code)]\nmod lab;",
                "tests/support/lab.rs",
            ),
        ] {
            assert!(is_fit(root, place, ""), "{root}");
            assert!(!is_fit(root, place, bad), "{root}");
        }
        assert!(!is_fit("mod nowhere;", "tests/support/mod.rs", ""));
        // What another target uses is nothing to this one.
        assert!(is_fit("", "tests/support/mod.rs", bad));
        let nested = [
            ("tests/checks.rs", "mod support;"),
            ("tests/support/mod.rs", "mod deep;"),
            ("tests/support/deep.rs", bad),
        ];
        assert!(fit_of(&[plot("drill", &nested)], "").is_empty());
    }

    #[test]
    fn what_counts_or_takes_in_has_crates_of_its_own() {
        let sorts = |text: &str| -> Vec<Sort> {
            let one = plot("drill", &[("tests/checks.rs", text)]);
            let members = members_of(Path::new("drill"), &[&one], "");
            let members = members.unwrap_or_default();
            members.iter().map(|member| member.sort).collect()
        };
        let test = "#[test]\nfn counts() {}\n";
        assert_eq!(sorts(test), [Sort::Plain]);
        assert_eq!(sorts(&format!("{COUNTING}\n{test}")), [Sort::Counts]);
        let short = COUNTING.replace("probes::", "");
        let named = format!("use probes::{{alloc, tasks}};\n{short}\n{test}");
        assert_eq!(sorts(&named), [Sort::Counts]);
        let another = format!("mod alloc;\n{short}\n{test}");
        assert_eq!(sorts(&another), []);
        let two = format!("{COUNTING}\n{COUNTING}\nconst _: &str = file!();\n{test}");
        assert_eq!(sorts(&two), []);
        let text = "const TEXT: &str = include_str!(\"../src/lib.rs\");\n";
        assert_eq!(sorts(&format!("{text}{test}")), [Sort::TakesIn]);
        assert_eq!(sorts(&format!("{text}{COUNTING}\n{test}")), []);
        let code = "include!(\"../src/queue.rs\");\n";
        assert_eq!(sorts(&format!("{code}{test}")), []);
    }

    #[test]
    fn a_crate_of_tests_that_count_has_copies_without_their_allocators() {
        let text = format!("use drill::sum;\n\n{COUNTING}\n\n#[test]\nfn counts() {{}}\n");
        let members: Vec<Member> = (0..FEW)
            .flat_map(|at| {
                let name = format!("drill_{at}");
                let one = plot(&name, &[("tests/checks.rs", text.as_str())]);
                members_of(&Path::new("exercises").join(&name), &[&one], "").unwrap_or_default()
            })
            .collect();
        let unities = crates(&members, None);
        let unity = unities.first().expect("there is one");
        assert_eq!(unity.lead(), "together--0/");
        let file = |path: &str| {
            let mut files = unity.plot.files.iter();
            let file = files.find(|file| file.path == Path::new(path));
            let file = file.unwrap_or_else(|| panic!("no {path}"));
            String::from_utf8_lossy(&file.bytes).into_owned()
        };
        let root = file("tests.rs");
        assert_eq!(root.matches("global_allocator").count(), 1, "{root}");
        assert!(
            root.contains("#[path = \"exercises/drill_3/tests/checks.rs\"]"),
            "{root}"
        );
        let copy = file("exercises/drill_3/tests/checks.rs");
        assert!(!copy.contains("global_allocator"), "{copy}");
        let line = |text: &str| text.lines().position(|line| line.contains("fn counts"));
        assert_eq!(line(&copy), line(&text), "its lines are where they were");
    }

    #[test]
    fn targets_are_taken_one_by_one() {
        let files = [
            ("tests/one.rs", ""),
            ("tests/two.rs", "use crate::nothing;"),
        ];
        let expected = [("project".to_owned(), Target::Test("one".to_owned()))];
        assert_eq!(fit_of(&[plot("project", &files)], ""), expected);
    }

    #[test]
    fn a_test_may_ask_where_its_package_s_program_is_and_for_nothing_else() {
        let with = |variable: &str| {
            let text = format!("const HERE: &str = env!(\"{variable}\");");
            let named = MANIFEST.to_owned() + "[[bin]]\nname = \"desk\"\npath = \"src/desk.rs\"\n";
            let files = [
                ("tests/checks.rs", text.as_str()),
                ("src/main.rs", "fn main() {}"),
                ("Cargo.toml", named.as_str()),
            ];
            fit_of(&[plot("drill", &files)], "").len()
        };
        assert_eq!(with("CARGO_BIN_EXE_desk"), 1);
        assert_eq!(with("CARGO_BIN_EXE_drill"), 1);
        assert_eq!(with("CARGO_BIN_EXE_drills"), 0);
        assert_eq!(with("CARGO_MANIFEST_DIR"), 0);
    }

    #[test]
    fn what_is_compiled_otherwise_has_crates_of_its_own_that_are_compiled_like_it() {
        let mut all = members(FEW);
        for member in &mut all[..FEW_OF_A_KIND] {
            member.profile = "dev: optimised".to_owned();
        }
        let names = |members: &[Member]| -> Vec<String> {
            let unities = crates(members, None);
            unities
                .into_iter()
                .map(|unity| unity.plot.package)
                .collect()
        };
        assert_eq!(names(&all), ["together--0", "drill_0--together_1"]);
        assert!(names(&all).iter().all(|name| is_made(name)));
        assert!(!is_made("drill_0--off_by_one") && !is_made("drill_0"));
        assert!(names(&all[1..]).is_empty(), "the others are few");
    }

    #[test]
    fn what_has_variants_stays_a_crate() {
        let files = [("tests/checks.rs", "")];
        let plain = plot("drill", &files);
        let mutant = Plot {
            package: "drill--off_by_one".to_owned(),
            folder: PathBuf::from("mutants/off_by_one/exercises/a/drill"),
            ..plain.clone()
        };
        assert_eq!(fit_of(std::slice::from_ref(&plain), "").len(), 1);
        assert!(fit_of(&[plain.clone(), mutant], "").is_empty());
    }

    pub fn members(count: usize) -> Vec<Member> {
        members_with(count, MANIFEST)
    }

    fn members_with(count: usize, manifest: &str) -> Vec<Member> {
        let one = |at: usize| {
            let name = format!("drill_{at}");
            let files = [("Cargo.toml", manifest), ("tests/checks.rs", "")];
            let folder = PathBuf::from(format!("exercises/a/{name}"));
            members_of(&folder, &[&plot(&name, &files)], "")
        };
        (0..count).filter_map(one).flatten().collect()
    }

    #[test]
    fn many_make_a_few_crates_and_a_package_more_leaves_the_others_where_they_are() {
        assert!(crates(&members(FEW - 1), None).is_empty());
        let place = |count: usize| -> BTreeMap<String, String> {
            let unities = crates(&members(count), Some("starter"));
            let of = |unity: &Unity| {
                let name = &unity.plot.package;
                let members = unity.members.iter();
                members
                    .map(move |member| (member.package.clone(), name.clone()))
                    .collect::<Vec<_>>()
            };
            unities.iter().flat_map(of).collect()
        };
        let (fewer, more) = (place(99), place(100));
        assert_eq!((fewer.len(), more.len()), (99, 100));
        assert!(fewer.iter().all(|(package, name)| more[package] == *name));
        let names: BTreeSet<&String> = more.values().collect();
        assert_eq!(names.len(), 4);
    }

    #[test]
    fn a_crate_has_what_its_members_ask_for_and_no_two_of_one_name() {
        let with = |dependency: &str| MANIFEST.to_owned() + dependency;
        let mut all = members_with(
            FEW,
            &with("tokio = { version = \"1\", features = [\"net\", \"time\"] }\n"),
        );
        let other = with("tokio = { version = \"1\", features = [\"time\", \"sync\"] }\n");
        let clash = with("tokio = \"0.2\"\n");
        let named = |name: &str, manifest: &str| {
            let files = [("Cargo.toml", manifest), ("tests/checks.rs", "")];
            let folder = PathBuf::from(format!("exercises/b/{name}"));
            members_of(&folder, &[&plot(name, &files)], "").unwrap_or_default()
        };
        all.extend(named("more_features", &other));
        all.extend(named("older", &clash));
        all.extend(named("old_edition", &other.replace("2024", "2021")));
        let unities = crates(&all, None);
        assert_eq!(unities.len(), 1, "one of another edition is too few");
        let unity = &unities[0];
        assert_eq!(unity.members.len(), FEW + 1);
        assert!(unity.members.iter().all(|member| member.package != "older"));
        let manifest = String::from_utf8_lossy(&unity.plot.files[0].bytes);
        let manifest: Table = toml::from_str(&manifest).expect("it is TOML");
        let dependencies = &manifest["dev-dependencies"];
        assert_eq!(
            dependencies["tokio"]["features"],
            Value::from(vec!["net", "time", "sync"])
        );
        let path = dependencies["more_features"]["path"].as_str();
        assert_eq!(path, Some("../exercises/b/more_features"));
        assert_eq!(unity.lead(), "together--0/../");
        let root = String::from_utf8_lossy(&unity.plot.files[2].bytes);
        let module = "#[path = \"../exercises/b/more_features/tests/checks.rs\"]\nmod more_features__checks;";
        assert!(root.contains(module), "{root}");
    }
}
