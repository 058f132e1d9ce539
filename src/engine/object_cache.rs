//! Keeps the object code of tests and programs while cargo builds them, and links it anew where rustc would make the same.
//!
//! This program, in place of rustc, is asked for a test. If its files, its call and what its libraries declare are
//! what they were when its object code was made, it is linked with the libraries as they are now; otherwise rustc is called, and what
//! it hands to the linker is kept. [`relink`](super::relink) is the same without cargo.
//!
//! Architecture invariant: at any doubt rustc is called. Of whatever it says anything, nothing is kept, so what is linked
//! has nothing to say.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde::{Deserialize, Serialize};

use super::dep_info::DepInfo;
use super::interface::interface;
use super::linker::{Asked, KEEP, LINKER, found_in};
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

/// What object code was made of.
#[derive(Serialize, Deserialize)]
struct Made {
    /// Identifies the call and the libraries.
    call: String,
    /// Every file that rustc read, relative to the crate if it is in there, with what was in it.
    files: Vec<(PathBuf, String)>,
    /// Every variable that the code asks for.
    variables: Vec<(String, Option<String>)>,
    /// The list that rustc made of what it read.
    list: String,
    names: Names,
}

/// What is called otherwise in a variant of the same package.
#[derive(Clone, Serialize, Deserialize)]
struct Names {
    root: PathBuf,
    /// The file that is made.
    stem: String,
    /// The libraries, in order.
    libraries: Vec<String>,
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
/// the libraries of all.
fn name_alike(call: &mut Call, base: &str) {
    let mut hasher = Hasher::default();
    hasher.part("base", base.as_bytes());
    let name = hasher
        .finish()
        .as_str()
        .get(..16)
        .unwrap_or(base)
        .to_owned();
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

fn hash_input(hasher: &mut Hasher, path: &Path) -> Option<()> {
    let input = serde_json::to_vec(&Input::look(path)?).ok()?;
    hasher.part("input", &input);
    Some(())
}

/// Takes in what others can see of a library that was compiled here; of any other, which one it is.
fn hash_library(hasher: &mut Hasher, cache: &Path, call: &Call, path: &Path) -> Option<()> {
    let declares = |stem: &str| {
        let library: Library = read_json(&cache.join(stem).with_extension("library"))?;
        let file = Input::look(path)?;
        let note = cache.join(stem).with_extension("interface");
        let known = read_json(&note).filter(|(of, _): &(Input, Option<String>)| *of == file);
        let (_, interface) = known.unwrap_or_else(|| {
            let list = path.with_file_name(format!("{stem}.d"));
            let read = (file, interface_of(&library, call, &list));
            // Without it the sources are read again.
            let _ = write_json(&note, &read);
            read
        });
        Some((library.call, interface?))
    };
    let stem = library_stem(path);
    match stem.and_then(declares) {
        Some((call, interface)) => {
            hasher.part("library", call.as_bytes());
            hasher.part("interface", interface.as_bytes());
        }
        None => hash_input(hasher, path)?,
    }
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

/// The interface of a library with these sources, as they are.
fn interface_of(library: &Library, call: &Call, list: &Path) -> Option<String> {
    let read = DepInfo::parse(&fs::read_to_string(list).ok()?);
    // The others are a part of the call that was noted.
    if !read.variables.iter().all(|name| counts(name)) {
        return None;
    }
    let (mut sources, mut hasher) = (Vec::new(), Hasher::default());
    for path in read.files {
        let bytes = fs::read(call.folder.join(&path)).ok()?;
        let inside = path.strip_prefix(&library.root).map(Path::to_owned);
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
    hasher.part("interface", interface(&sources)?.as_bytes());
    Some(hasher.finish().as_str().to_owned())
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "rs")
}

/// The object code of one program.
struct Entry {
    folder: PathBuf,
    /// By the variants of a package.
    is_shared: bool,
    /// Identifies the call and the libraries.
    call: String,
    names: Names,
}

impl Entry {
    fn of(cache: &Path, call: &Call, root: PathBuf, variant: Option<&str>) -> Option<Self> {
        let mut hasher = Hasher::default();
        hash_call(&mut hasher, call, variant.map(|_| &root));
        let mut libraries = Vec::new();
        for (name, path) in call.externs() {
            let path = path?;
            hasher.part("extern", name.as_bytes());
            hash_library(&mut hasher, cache, call, &path)?;
            libraries.push(library_stem(&path)?.to_owned());
        }
        hash_input(&mut hasher, &found_in(call.variable("PATH")?)?)?;
        let stem = call.file_stem();
        let key = hasher.finish().as_str().to_owned();
        let folder = match variant {
            // One for each interface among the variants.
            Some(base) => {
                let all = format!("{base}--{}", call.value("--crate-name")?);
                cache.join(all).join(key.get(..16)?)
            }
            None => cache.join(&stem),
        };
        fs::create_dir_all(folder.parent()?).ok()?;
        Some(Entry {
            folder,
            is_shared: variant.is_some(),
            call: key,
            names: Names {
                root,
                stem,
                libraries,
            },
        })
    }

    fn made(&self) -> PathBuf {
        self.folder.join("made.json")
    }

    /// Beside the folder, which is emptied.
    fn lock(&self) -> Option<File> {
        let path = self.folder.with_extension("lock");
        File::options().create(true).append(true).open(path).ok()
    }

    /// Links what is there, if it is good. Whether the program is there then.
    fn link(&self, call: &Call) -> bool {
        let Some(lock) = self.lock().filter(|lock| lock.try_lock_shared().is_ok()) else {
            return false;
        };
        let linked = self
            .known(call)
            .and_then(|made| self.link_made(call, &made));
        if linked == Some(false) {
            // It would fail again.
            let _ = fs::remove_file(self.made());
        }
        drop(lock);
        linked == Some(true)
    }

    /// What is there, if rustc would make the same.
    fn known(&self, call: &Call) -> Option<Made> {
        let made: Made = read_json(&self.made())?;
        (made.call == self.call && self.has_read(&made, call)).then_some(made)
    }

    /// Whether the files and the variables that it was made of are what they were.
    fn has_read(&self, made: &Made, call: &Call) -> bool {
        let is_variable =
            |(name, value): &(String, Option<String>)| call.variable(name) == value.as_deref();
        let is_file = |(path, digest): &(PathBuf, String)| {
            let path = call.folder.join(&self.names.root).join(path);
            digest_of(&path).as_ref() == Some(digest)
        };
        made.variables.iter().all(is_variable) && made.files.iter().all(is_file)
    }

    fn link_made(&self, call: &Call, made: &Made) -> Option<bool> {
        let asked = Asked::read(&self.folder)?;
        let renamed = |text: String| {
            let text = text.replace(&made.names.stem, &self.names.stem);
            let pairs = made.names.libraries.iter().zip(&self.names.libraries);
            pairs.fold(text, |text, (from, to)| text.replace(from, to))
        };
        let out = call.value("--out-dir").map(PathBuf::from)?;
        let program = out.join(&self.names.stem);
        // Somebody may still have the one of before, under another name.
        let _ = fs::remove_file(&program);
        let output = Command::new(LINKER)
            .args(asked.arguments.into_iter().map(renamed))
            .current_dir(&call.folder)
            .env("PATH", asked.path)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .output()
            .ok()?;
        let is_silent = output.stdout.is_empty() && output.stderr.is_empty();
        if !(output.status.success() && is_silent && program.is_file()) {
            return Some(false);
        }
        let root = made.names.root.to_str()?;
        let list = made.list.replace(root, self.names.root.to_str()?);
        let list = list.replace(&made.names.stem, &self.names.stem);
        fs::write(out.join(format!("{}.d", self.names.stem)), list).ok()?;
        Some(true)
    }

    /// Calls rustc, and keeps what it hands to the linker. `None` if nothing was done.
    fn compile(&self, call: &Call, incremental: Option<&str>, stand_in: &Path) -> Option<ExitCode> {
        let lock = self.lock()?;
        lock.try_lock().ok()?;
        if self.is_shared {
            self.forget_others(call);
        }
        let _ = fs::remove_dir_all(&self.folder);
        fs::create_dir_all(&self.folder).ok()?;
        let mut linker = std::ffi::OsString::from("linker=");
        linker.push(stand_in);
        let mut rustc = call.with(incremental).rustc();
        rustc.arg("-C").arg(linker).env(KEEP, &self.folder);
        let mut child = rustc.stderr(Stdio::piped()).spawn().ok()?;
        let mut is_silent = true;
        if let Some(said) = child.stderr.take() {
            let mut said = BufReader::new(said);
            let mut line = Vec::new();
            while said.read_until(b'\n', &mut line).is_ok_and(|it| it > 0) {
                is_silent &= line.starts_with(b"{\"$message_type\":\"artifact\"");
                // Whoever does not listen is not told.
                let _ = std::io::stderr().write_all(&line);
                line.clear();
            }
        }
        let code = child.wait().ok().and_then(|status| status.code());
        if code == Some(0) && is_silent {
            // Without it the test is compiled again.
            let _ = self.keep(call);
        }
        let code = code.and_then(|code| u8::try_from(code).ok());
        Some(code.map_or(ExitCode::FAILURE, ExitCode::from))
    }

    /// Forgets what was made for other variants of files that are no more.
    fn forget_others(&self, call: &Call) {
        let all = self.folder.parent().and_then(|all| fs::read_dir(all).ok());
        for entry in all.into_iter().flatten().flatten() {
            let other = Entry {
                folder: entry.path(),
                is_shared: true,
                call: String::new(),
                names: self.names.clone(),
            };
            let made: Option<Made> = read_json(&other.made());
            if made.is_some_and(|made| !self.has_read(&made, call))
                && let Some(lock) = other.lock()
                && lock.try_lock().is_ok()
            {
                let _ = fs::remove_dir_all(&other.folder);
            }
        }
    }

    fn keep(&self, call: &Call) -> Option<()> {
        Asked::read(&self.folder)?;
        let out = call.value("--out-dir").map(PathBuf::from)?;
        let list = fs::read_to_string(out.join(format!("{}.d", self.names.stem))).ok()?;
        let read = DepInfo::parse(&list);
        let digest = |path: PathBuf| {
            let place = call.folder.join(&path);
            let digest = digest_of(&place)?;
            let inside = path.strip_prefix(&self.names.root).map(Path::to_owned);
            Some((inside.unwrap_or(place), digest))
        };
        let value = |name: String| {
            let value = call.variable(&name).map(str::to_owned);
            (name, value)
        };
        let made = Made {
            call: self.call.clone(),
            files: read.files.into_iter().map(digest).collect::<Option<_>>()?,
            variables: read.variables.into_iter().map(value).collect(),
            list,
            names: self.names.clone(),
        };
        write_json(&self.made(), &made)
    }
}

fn digest_of(path: &Path) -> Option<String> {
    let mut hasher = Hasher::default();
    hasher.part("file", &fs::read(path).ok()?);
    Some(hasher.finish().as_str().to_owned())
}
