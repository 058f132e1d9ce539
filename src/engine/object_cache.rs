//! Keeps the object code of tests and programs while cargo builds them, and links it anew where rustc would make the same.
//!
//! This program, in place of rustc, is asked for a test. If its files, its call and what its libraries declare are
//! what they were when its object code was made, it is linked with the libraries as they are now; otherwise rustc is called, and what
//! it hands to the linker is kept. [`relink`](super::relink) is the same without cargo.
//!
//! Architecture invariant: at any doubt rustc is called. Of whatever it says anything, nothing is kept, so what is linked
//! has nothing to say.

mod entry;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use self::entry::{Entry, is_never_run};
use super::dep_info::DepInfo;
use super::interface::{Users, interface, interface_for};
use super::recipe::Input;
use super::relink::{is_linked_as_known, is_unoptimised};
use super::wrapper::{ALL, Call, INCREMENTAL};
use crate::candidate::{CandidateFile, Hasher};

/// What is known of a library that was compiled here. Beside it lies the list of its sources.
#[derive(Serialize, Deserialize)]
struct Library {
    /// Identifies the call, and the dependencies as they were.
    call: String,
    /// The crate's folder.
    root: PathBuf,
}

/// Does what rustc is asked for, if it is for a program whose object code is here, or may be kept. `stand_in` is this program,
/// to be called in place of the linker.
pub(super) fn answer(
    cache: &Path,
    call: &mut Call,
    incremental: Option<&str>,
    stand_in: &Path,
) -> Option<ExitCode> {
    fs::create_dir_all(cache).ok()?;
    let root = root(call)?;
    let variant = variant(call).map(str::to_owned);
    if let Some(base) = &variant {
        name_alike(call, base);
    }
    if is_library(call) {
        // Without it, whoever uses the library is compiled when it is.
        let _ = note_library(cache, call, root, variant.is_some());
        return None;
    }
    let is_program = call.has("--test") || call.value("--crate-type") == Some("bin");
    let is_linked = call.has("--emit=dep-info,link");
    if !(is_program && is_linked && is_linked_as_known(&call.arguments)) {
        return None;
    }
    let entry = Entry::of(cache, call, root, variant.as_deref())?;
    if entry.link(call) {
        if is_never_run(call) {
            return Some(ExitCode::SUCCESS);
        }
        let count = File::options().create(true).append(true).open(count(cache));
        // See there.
        let _ = count.and_then(|mut count| count.write_all(b"."));
        return Some(ExitCode::SUCCESS);
    }
    entry.compile(call, incremental, stand_in)
}

/// The option with which rustc uses what the last compilation of this crate has left, and leaves the same, where that
/// pays: it makes the first one 1.6 times as long, and those after it 0.4 times (docs/ARCHITECTURE.md). Cargo's own
/// way would give each crate another name, and have whatever uses it compiled again.
pub(super) fn incremental(cache: &Path, call: &Call) -> Option<String> {
    let which = call.variable(INCREMENTAL)?;
    if !(is_library(call) || call.has("--test")) {
        return None;
    }
    let is_chosen = |argument: &String| argument.starts_with("incremental=");
    let out = PathBuf::from(call.value("--out-dir")?);
    if call.arguments.iter().any(is_chosen) {
        return None;
    }
    fs::create_dir_all(cache).ok()?;
    let seen = cache.join(call.file_stem()).with_extension("seen");
    let is_again = seen.is_file();
    fs::write(seen, "").ok()?;
    let folder = out.with_file_name("incremental");
    (which == ALL || is_again).then(|| format!("incremental={}", folder.display()))
}

/// A byte for each program that was linked and not compiled.
fn count(cache: &Path) -> PathBuf {
    cache.join("linked")
}

/// How many programs were linked and not compiled since this was asked last.
pub(super) fn linked(cache: &Path) -> usize {
    let count = count(cache);
    let linked = fs::metadata(&count).map_or(0, |file| file.len());
    // It is for people: nobody decides by it.
    let _ = fs::remove_file(count);
    usize::try_from(linked).unwrap_or(usize::MAX)
}

/// The crate's folder, relative to the workspace.
fn root(call: &Call) -> Option<PathBuf> {
    let folder = Path::new(call.variable("CARGO_MANIFEST_DIR")?);
    folder.strip_prefix(&call.folder).ok().map(Path::to_owned)
}

/// The package that this one is a variant of: a mutant, or what is measured beside it.
fn variant(call: &Call) -> Option<&str> {
    let package = call.variable("CARGO_PKG_NAME")?;
    let (base, _) = package.split_once("--")?;
    (!super::unity::is_made(package)).then_some(base)
}

/// Variants of one package never meet in one program. With one name for the linker, the object code of a test of one fits
/// the libraries of all. A library and a program may have the same name but for that.
fn name_alike(call: &mut Call, base: &str) {
    let mut hasher = Hasher::default();
    let kind = if is_library(call) {
        "library"
    } else {
        "program"
    };
    hasher.part(kind, base.as_bytes());
    let name = hasher.finish().as_str()[..16].to_owned();
    for argument in &mut call.arguments {
        if argument.starts_with("metadata=") {
            *argument = format!("metadata={name}");
        }
    }
}

fn is_library(call: &Call) -> bool {
    call.value("--crate-type") == Some("lib") && !call.has("--test")
}

/// Whether this variable can change what cargo and rustc do, but where and how loudly.
fn counts(name: &str) -> bool {
    let of_no_account = [
        "CARGO_TERM_",
        "RUST_BACKTRACE",
        "RUST_LOG",
        "RUSTC_WORKSPACE_WRAPPER",
    ];
    (name.starts_with("CARGO") || name.starts_with("RUST"))
        && !name.contains("MAKEFLAGS")
        && !of_no_account.iter().any(|start| name.starts_with(start))
}

fn note_library(cache: &Path, call: &Call, root: PathBuf, is_variant: bool) -> Option<()> {
    let note = cache.join(call.file_stem()).with_extension("library");
    let _ = fs::remove_file(&note);
    if !is_unoptimised(&call.arguments) {
        return None;
    }
    let mut hasher = Hasher::default();
    hash_call(&mut hasher, call, is_variant.then_some(&root));
    for (name, path) in call.externs() {
        hasher.part("extern", name.as_bytes());
        hash_input(&mut hasher, &path?)?;
    }
    let call = hasher.finish().as_str().to_owned();
    write_json(&note, &Library { call, root })
}

/// Takes in a call but for its libraries, and of a variant in this folder, but for what it alone has.
fn hash_call(hasher: &mut Hasher, call: &Call, variant: Option<&PathBuf>) {
    hasher.part("program", call.program.as_bytes());
    hasher.part("folder", call.folder.as_os_str().as_encoded_bytes());
    let mut option = "";
    for argument in &call.arguments {
        let is_own = |root: &PathBuf| {
            argument.starts_with("extra-filename=") || Path::new(argument).starts_with(root)
        };
        if option != "--extern" && !variant.is_some_and(is_own) {
            hasher.part("argument", argument.as_bytes());
        }
        option = argument;
    }
    let mut variables: Vec<&(String, String)> = call.environment.iter().collect();
    variables.sort();
    let is_own = |name: &str| {
        let own = [
            "CARGO_MANIFEST_DIR",
            "CARGO_MANIFEST_PATH",
            "CARGO_PKG_NAME",
        ];
        variant.is_some() && own.contains(&name)
    };
    for (name, value) in variables {
        if counts(name) && !is_own(name) {
            hasher.part(name, value.as_bytes());
        }
    }
}

/// What others can see of a library.
#[derive(Serialize, Deserialize)]
struct Declared {
    file: Input,
    /// The call that was noted, if it was compiled here.
    call: Option<String>,
    /// Its interface.
    whole: Option<String>,
    /// The same for one test, if that was looked for.
    used: Option<String>,
}

impl Declared {
    fn look(cache: &Path, call: &Call, path: &Path) -> Option<Self> {
        let file = Input::look(path)?;
        let stem = library_stem(path)?;
        let Some(library) = Library::noted(cache, stem) else {
            return Some(Declared {
                file,
                call: None,
                whole: None,
                used: None,
            });
        };
        let note = cache.join(stem).with_extension("interface");
        let known = read_json(&note).filter(|(of, _): &(Input, Option<String>)| *of == file);
        let (file, whole) = known.unwrap_or_else(|| {
            let read = (file, library.interface(call, path, None));
            // Without it the sources are read again.
            let _ = write_json(&note, &read);
            read
        });
        Some(Declared {
            file,
            call: Some(library.call),
            whole,
            used: None,
        })
    }

    /// With what those see of it who say this.
    fn for_users(self, cache: &Path, call: &Call, path: &Path, users: &Users<'_>) -> Self {
        let library = library_stem(path).and_then(|stem| Library::noted(cache, stem));
        let used = library.and_then(|library| library.interface(call, path, Some(users)));
        Declared { used, ..self }
    }
}

impl Library {
    fn noted(cache: &Path, stem: &str) -> Option<Self> {
        read_json(&cache.join(stem).with_extension("library"))
    }

    /// Its interface, or what of it these users see, by the sources as they are. `path` is where the library is.
    fn interface(&self, call: &Call, path: &Path, users: Option<&Users<'_>>) -> Option<String> {
        let list = path.with_file_name(format!("{}.d", library_stem(path)?));
        let read = DepInfo::parse(&fs::read_to_string(list).ok()?);
        // The others are a part of the call that was noted.
        if !read.variables.iter().all(|name| counts(name)) {
            return None;
        }
        let (mut sources, mut hasher) = (Vec::new(), Hasher::default());
        for path in read.files {
            let bytes = fs::read(call.folder.join(&path)).ok()?;
            let inside = path.strip_prefix(&self.root).map(Path::to_owned);
            match inside {
                Ok(inside) if inside.starts_with("src") && is_rust(&inside) => {
                    sources.push(CandidateFile {
                        path: inside,
                        bytes,
                    });
                }
                Ok(inside) => hasher.file(&inside, &bytes),
                Err(_) => hasher.file(&path, &bytes),
            }
        }
        let declares = match users {
            Some(users) => interface_for(&sources, users)?,
            None => interface(&sources)?,
        };
        hasher.part("interface", declares.as_bytes());
        Some(hasher.finish().as_str().to_owned())
    }
}

fn hash_input(hasher: &mut Hasher, path: &Path) -> Option<()> {
    let input = serde_json::to_vec(&Input::look(path)?).ok()?;
    hasher.part("input", &input);
    Some(())
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Two may write the same at once, so it is put in its place whole.
fn write_json<T: Serialize>(path: &Path, value: &T) -> Option<()> {
    let mut file = tempfile::NamedTempFile::new_in(path.parent()?).ok()?;
    file.write_all(&serde_json::to_vec(value).ok()?).ok()?;
    file.persist(path).ok().map(|_| ())
}

fn library_stem(path: &Path) -> Option<&str> {
    path.file_stem()?.to_str()?.strip_prefix("lib")
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(package: &str, arguments: &[&str]) -> Call {
        let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Call {
            program: "rustc".to_owned(),
            arguments: arguments.iter().map(|&it| it.to_owned()).collect(),
            folder: PathBuf::from("/w"),
            environment: vec![
                variable("CARGO_PKG_NAME", package),
                variable("CARGO_MANIFEST_DIR", &format!("/w/{package}")),
                variable("CARGO_PKG_VERSION", "1.0.0"),
                variable("CARGO_MAKEFLAGS", "--jobserver-auth=8,9"),
            ],
        }
    }

    fn named(package: &str, arguments: &[&str]) -> Option<String> {
        let mut call = call(package, arguments);
        let base = variant(&call)?.to_owned();
        name_alike(&mut call, &base);
        call.arguments.pop()
    }

    #[test]
    fn variants_of_a_package_have_one_name_and_nobody_else_has_it() {
        let library = ["--crate-type", "lib", "-C", "metadata=1"];
        let test = ["--test", "-C", "metadata=2"];
        let one = named("greet--rude", &library);
        assert!(one.is_some());
        assert_eq!(named("greet--late", &library), one);
        assert_ne!(named("other--late", &library), one);
        assert_ne!(named("greet--rude", &test), one, "of the same crate name");
        assert_eq!(named("greet", &library), None);
        assert_eq!(named("together--0", &library), None);
        assert_eq!(named("greet--together_0", &library), None);
    }

    #[test]
    fn of_variants_what_is_alike_is_the_same_and_of_others_nothing_is_left_out() {
        let digest = |package: &str, file: &str, version: &str, variant: bool| {
            let source = format!("{package}/{file}");
            let mut call = call(package, &["-C", "extra-filename=-1", &source]);
            call.environment[2].1 = version.to_owned();
            call.environment[3].1 = format!("--jobserver-auth={package}");
            let root = root(&call).expect("it lies in the workspace");
            let mut hasher = Hasher::default();
            hash_call(&mut hasher, &call, variant.then_some(&root));
            hasher.finish().as_str().to_owned()
        };
        let one = digest("greet--rude", "tests/a.rs", "1", true);
        assert_eq!(digest("greet--late", "tests/a.rs", "1", true), one);
        assert_ne!(digest("greet--late", "tests/a.rs", "2", true), one);
        let plain = digest("greet", "tests/a.rs", "1", false);
        assert_ne!(digest("other", "tests/a.rs", "1", false), plain);
        assert_ne!(digest("greet", "tests/b.rs", "1", false), plain);
        assert_eq!(digest("greet", "tests/a.rs", "1", false), plain);
    }

    #[test]
    fn programs_that_only_have_to_build_are_told_from_those_that_run() {
        let is_never_run = |name: &str, out: &str| {
            let out = format!("/t/debug/{out}");
            is_never_run(&call("greet", &["--crate-name", name, "--out-dir", &out]))
        };
        assert!(is_never_run("kept_in_a_struct", "examples"));
        assert!(!is_never_run("predict__order", "examples"));
        assert!(!is_never_run("greet", "deps"));
    }

    #[test]
    fn what_is_compiled_again_is_compiled_with_what_is_left_of_the_last_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = folder.path().join("objects");
        let library = ["--crate-type", "lib", "--out-dir", "/t/debug/deps"];
        let option = |which: Option<&str>, arguments: &[&str]| {
            let mut call = call("greet", arguments);
            let which = which.map(|it| (INCREMENTAL.to_owned(), it.to_owned()));
            call.environment.extend(which);
            incremental(&cache, &call)
        };
        let expected = Some("incremental=/t/debug/incremental".to_owned());
        assert_eq!(option(None, &library), None, "somebody wants none");
        assert_eq!(option(Some("again"), &library), None);
        assert_eq!(option(Some("again"), &library), expected);
        let named = [&library[..], &["--crate-name", "other"]].concat();
        assert_eq!(option(Some(ALL), &named), expected);
        let program = ["--crate-type", "bin", "--out-dir", "/t/debug/deps"];
        assert_eq!(option(Some(ALL), &program), None);
        let chosen = [&library[..], &["-C", "incremental=/mine"]].concat();
        assert_eq!(option(Some(ALL), &chosen), None);
    }
}
