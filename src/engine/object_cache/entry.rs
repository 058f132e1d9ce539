//! The object code of one test or program, and what it was made of.

use std::cell::OnceCell;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde::{Deserialize, Serialize};

use super::{Declared, hash_call, hash_input, library_stem, read_json, write_json};
use crate::candidate::Hasher;
use crate::engine::dep_info::DepInfo;
use crate::engine::interface::Users;
use crate::engine::linker::{Asked, KEEP, LINKER, found_in};
use crate::engine::plot::Target;
use crate::engine::unity::is_made;
use crate::engine::wrapper::Call;

/// What object code was made of.
#[derive(Serialize, Deserialize)]
struct Made {
    /// Identifies the call.
    call: String,
    /// What the libraries declared, in order.
    libraries: Vec<Declared>,
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

/// The object code of one program.
pub(super) struct Entry {
    folder: PathBuf,
    /// By the variants of a package.
    is_shared: bool,
    cache: PathBuf,
    /// Identifies the call.
    call: String,
    libraries: Vec<Extern>,
    names: Names,
}

/// A library that a program uses.
#[derive(Clone)]
struct Extern {
    path: PathBuf,
    /// Its users see a part of it, and it changes: it is an exercise's.
    is_own: bool,
}

impl Entry {
    pub fn of(cache: &Path, call: &Call, root: PathBuf, variant: Option<&str>) -> Option<Self> {
        let mut hasher = Hasher::default();
        hash_call(&mut hasher, call, variant.map(|_| &root));
        let package = call.variable("CARGO_PKG_NAME")?;
        let own = variant.unwrap_or(package).replace('-', "_");
        let (mut libraries, mut stems) = (Vec::new(), Vec::new());
        for (name, path) in call.externs() {
            let path = path?;
            hasher.part("extern", name.as_bytes());
            stems.push(library_stem(&path)?.to_owned());
            let is_own = name == own || is_made(package);
            libraries.push(Extern { path, is_own });
        }
        hash_input(&mut hasher, &found_in(call.variable("PATH")?)?)?;
        let stem = call.file_stem();
        let folder = match variant {
            Some(base) => cache.join(format!("{base}--{}", call.value("--crate-name")?)),
            None => cache.to_owned(),
        };
        fs::create_dir_all(&folder).ok()?;
        Some(Entry {
            folder: folder.join(&stem),
            is_shared: variant.is_some(),
            cache: cache.to_owned(),
            call: hasher.finish().as_str().to_owned(),
            libraries,
            names: Names {
                root,
                stem,
                libraries: stems,
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

    /// Links what is there, of this program or of another variant's, if it is good. Whether the program is there then.
    pub fn link(&self, call: &Call) -> bool {
        // If one can't be linked, to try others as well may take longer than to compile.
        let of_others = || self.others().iter().find_map(|other| other.link_own(call));
        self.link_own(call).or_else(of_others).unwrap_or(false)
    }

    /// Those of other variants.
    fn others(&self) -> Vec<Self> {
        let all = self.folder.parent().filter(|_| self.is_shared);
        let all = all.and_then(|all| fs::read_dir(all).ok());
        let folders = all.into_iter().flatten().flatten().map(|it| it.path());
        let folders = folders.filter(|it| *it != self.folder && it.is_dir());
        let with = |folder| Entry {
            folder,
            cache: self.cache.clone(),
            call: self.call.clone(),
            libraries: self.libraries.clone(),
            names: self.names.clone(),
            ..*self
        };
        folders.map(with).collect()
    }

    /// Whether what is there could be linked; `None` if there is nothing good.
    fn link_own(&self, call: &Call) -> Option<bool> {
        let lock = self.lock()?;
        lock.try_lock_shared().ok()?;
        let made = self.known(call)?;
        let linked = self.link_made(call, &made).unwrap_or(false);
        if !linked && !self.is_shared {
            // It would fail again.
            let _ = fs::remove_file(self.made());
        }
        drop(lock);
        Some(linked)
    }

    /// What is there, if rustc would make the same.
    fn known(&self, call: &Call) -> Option<Made> {
        let made: Made = read_json(&self.made())?;
        let is_good = made.call == self.call
            && self.has_read(&made, call)
            && self.declare_the_same(&made, call);
        is_good.then_some(made)
    }

    /// Whether the libraries declare what they did, as far as the test sees it.
    fn declare_the_same(&self, made: &Made, call: &Call) -> bool {
        let read: Vec<&PathBuf> = made.files.iter().map(|(path, _)| path).collect();
        let texts = OnceCell::new();
        let is_same = |(known, library): (&Declared, &Extern)| {
            let Some(now) = Declared::look(&self.cache, call, &library.path) else {
                return false;
            };
            if now.file == known.file {
                return true;
            }
            if now.call.is_none() || now.call != known.call {
                return false;
            }
            if now.whole.is_some() && now.whole == known.whole {
                return true;
            }
            let Some(used) = &known.used else {
                return false;
            };
            let texts = texts.get_or_init(|| self.texts(&read, call));
            let users = Users::of(texts.iter().map(String::as_str));
            let now = now.for_users(&self.cache, call, &library.path, &users);
            now.used.as_ref() == Some(used)
        };
        made.libraries.len() == self.libraries.len()
            && made.libraries.iter().zip(&self.libraries).all(is_same)
    }

    /// What is in these files.
    fn texts(&self, files: &[&PathBuf], call: &Call) -> Vec<String> {
        let place = |file: &&PathBuf| call.folder.join(&self.names.root).join(file);
        let texts = files
            .iter()
            .map(place)
            .map(|place| fs::read(place).unwrap_or_default());
        texts
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .collect()
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
            // What is kept is where it is, whatever that place is called.
            if Path::new(&text).starts_with(&self.folder) {
                return text;
            }
            let text = text.replace(&made.names.stem, &self.names.stem);
            let pairs = made.names.libraries.iter().zip(&self.names.libraries);
            pairs.fold(text, |text, (from, to)| text.replace(from, to))
        };
        let out = call.value("--out-dir").map(PathBuf::from)?;
        let program = out.join(&self.names.stem);
        // Somebody may still have the one of before, under another name.
        let _ = fs::remove_file(&program);
        if is_never_run(call) {
            // Cargo wants to see a file.
            fs::write(&program, "").ok()?;
        } else {
            // Every processor links something, and threads that share one cost a tenth more. Only this linker has the option.
            let is_lld = asked.arguments.iter().any(|it| it == "-fuse-ld=lld");
            let alone = is_lld.then_some("-Wl,--threads=1");
            let output = Command::new(LINKER)
                .args(asked.arguments.into_iter().map(renamed))
                .args(alone)
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
        }
        let root = made.names.root.to_str()?;
        let list = made.list.replace(root, self.names.root.to_str()?);
        let list = list.replace(&made.names.stem, &self.names.stem);
        fs::write(out.join(format!("{}.d", self.names.stem)), list).ok()?;
        Some(true)
    }

    /// Calls rustc, and keeps what it hands to the linker. `None` if nothing was done.
    pub fn compile(
        &self,
        call: &Call,
        incremental: Option<&str>,
        stand_in: &Path,
    ) -> Option<ExitCode> {
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
        for other in self.others() {
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
        let files: Vec<(PathBuf, String)> =
            read.files.into_iter().map(digest).collect::<Option<_>>()?;
        let texts: Vec<&PathBuf> = files.iter().map(|(path, _)| path).collect();
        let texts = self.texts(&texts, call);
        let users = Users::of(texts.iter().map(String::as_str));
        let declared = |library: &Extern| {
            let path = &library.path;
            let declared = Declared::look(&self.cache, call, path)?;
            Some(if library.is_own {
                declared.for_users(&self.cache, call, path, &users)
            } else {
                declared
            })
        };
        let made = Made {
            call: self.call.clone(),
            libraries: self.libraries.iter().map(declared).collect::<Option<_>>()?,
            files,
            variables: read.variables.into_iter().map(value).collect(),
            list,
            names: self.names.clone(),
        };
        write_json(&self.made(), &made)
    }
}

/// Whether all that is asked of this program is that it builds: it is never started, so it need not be linked either, once
/// that is known.
pub(super) fn is_never_run(call: &Call) -> bool {
    let is_example =
        (call.value("--out-dir")).is_some_and(|out| Path::new(out).ends_with("examples"));
    let target = call.value("--crate-name").map(Target::of_example);
    is_example && matches!(target, Some(Target::Program(_)))
}

fn digest_of(path: &Path) -> Option<String> {
    let mut hasher = Hasher::default();
    hasher.part("file", &fs::read(path).ok()?);
    Some(hasher.finish().as_str().to_owned())
}
