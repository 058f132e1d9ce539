//! The object code of one test or program, and what it was made of.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde::{Deserialize, Serialize};

use super::{hash_call, hash_input, hash_library, library_stem, read_json, write_json};
use crate::candidate::Hasher;
use crate::engine::dep_info::DepInfo;
use crate::engine::linker::{Asked, KEEP, LINKER, found_in};
use crate::engine::wrapper::Call;

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

/// The object code of one program.
pub(super) struct Entry {
    folder: PathBuf,
    /// By the variants of a package.
    is_shared: bool,
    /// Identifies the call and the libraries.
    call: String,
    names: Names,
}

impl Entry {
    pub fn of(cache: &Path, call: &Call, root: PathBuf, variant: Option<&str>) -> Option<Self> {
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
    pub fn link(&self, call: &Call) -> bool {
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
