//! Links what tests a submission, in place of compiling it, where the submission's library has the interface of one of the
//! course's own: of the reference, of an alternative, or of what learners begin with.
//!
//! Architecture invariant: the object code is made of the course's files alone, with a hollow library that has no body which
//! nobody else compiles. No submission has a part in what another one is linked with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::bench::Bench;
use super::cell::open_to_all;
use super::examine::{ExamineError, Examiner};
use super::object_store::{Made, StoredObjects};
use super::scratch::{Scratch, of_tests};
use crate::candidate::CandidateFile;
use crate::engine::{Asked, LINKER, LINKS_INTO, Users, hollow, interface_for, is_linked_as_known};

/// Object code, and how it is linked.
pub struct Objects {
    code: StoredObjects,
    /// The folders that it lies in, where it could not be stored. They go with it.
    _scratch: Option<Scratch>,
    /// How often it could not be linked.
    failures: AtomicU32,
}

/// What can't be linked so often is compiled from then on.
const PATIENCE: u32 = 3;

/// By interface, the files of the course's that have it.
pub type Known = OnceLock<BTreeMap<String, Vec<CandidateFile>>>;

/// How a program is compiled in the folders of an examination: what was wrong with it, if it was not.
type Compile<'c> = &'c dyn Fn(&Scratch) -> Result<Result<(), (String, String)>, ExamineError>;

/// By interface and by what it is, object code; nothing, if it can't be had.
pub type AllObjects = Mutex<BTreeMap<(String, String), Arc<OnceLock<Option<Objects>>>>>;

/// The folder of object code, below that of the program.
const KEPT: &str = "kept";

impl Bench {
    /// The library's files that a submission with these files is compiled with.
    fn whole(&self, owned: &[CandidateFile]) -> Vec<CandidateFile> {
        let of_course = self.beside.iter().filter(|file| !of_tests(&file.path));
        owned.iter().chain(of_course).cloned().collect()
    }

    /// Whether what tests it is compiled from nothing but its files and the library's interface.
    fn is_linkable(&self) -> bool {
        let tests = || self.all_tests();
        let texts = tests().map(|test| test.source.as_bytes());
        let beside = self.beside.iter().filter(|file| of_tests(&file.path));
        let mut texts = texts.chain(beside.map(|file| file.bytes.as_slice()));
        // Files and variables by which a test may take in what is a submission's, or where it lies.
        let reads = |text: &[u8]| {
            let text = String::from_utf8_lossy(text);
            ["include", "env!"].iter().any(|sign| text.contains(sign))
                || takes_in_from_outside(&text)
        };
        let calls = [&self.library]
            .into_iter()
            .chain(tests().map(|test| &test.call));
        let mut calls = calls.map(|call| is_linked_as_known(&call.arguments));
        // What a learner writes beside the tests may be a module of them.
        let all = self.answers.iter().chain([&self.start]);
        let mut owned = all.flatten();
        let has_tests = owned.any(|file| of_tests(&file.path));
        !has_tests && self.script.is_none() && calls.all(|known| known) && !texts.any(reads)
    }

    /// What of a submission's interface can be seen by what tests it. A sealed exercise's answering program names what the
    /// reference has.
    fn seen_of(&self, owned: &[CandidateFile]) -> Option<String> {
        let tests = self.all_tests().map(|test| test.source.as_bytes());
        let beside = self.beside.iter().filter(|file| of_tests(&file.path));
        let answers = self.answers.iter().flatten();
        let texts = tests.chain(beside.chain(answers).map(|file| file.bytes.as_slice()));
        let texts: Vec<_> = texts.map(String::from_utf8_lossy).collect();
        let users = Users::of(texts.iter().map(|text| &**text));
        interface_for(&self.whole(owned), &users)
    }

    /// The course's files with the same interface as these, if there are some.
    fn known_as(&self, owned: &[CandidateFile]) -> Option<(String, &[CandidateFile])> {
        let known = self.known.get_or_init(|| {
            if !self.is_linkable() {
                return BTreeMap::new();
            }
            let of = |files: &Vec<CandidateFile>| Some((self.seen_of(files)?, files.clone()));
            self.answers
                .iter()
                .chain([&self.start])
                .filter_map(of)
                .collect()
        });
        // A part of what tests it is the submission's own.
        if known.is_empty() || owned.iter().any(|file| of_tests(&file.path)) {
            return None;
        }
        let own = self.seen_of(owned)?;
        let files = known.get(&own)?;
        Some((own, files))
    }
}

impl Examiner<'_> {
    /// Makes a program that uses a submission's library, in this folder of the examination's: links what was compiled for the
    /// course's own, or compiles it.
    pub(super) fn linked_or(
        &self,
        bench: &Bench,
        scratch: &Scratch,
        out: &str,
        compile: Compile<'_>,
    ) -> Result<Result<(), (String, String)>, ExamineError> {
        let made = &self.workshop.made;
        if self.linked(bench, scratch, out, compile)? {
            made.linked.fetch_add(1, Ordering::Relaxed);
            return Ok(Ok(()));
        }
        made.compiled.fetch_add(1, Ordering::Relaxed);
        compile(scratch)
    }

    fn linked(
        &self,
        bench: &Bench,
        scratch: &Scratch,
        out: &str,
        compile: Compile<'_>,
    ) -> Result<bool, ExamineError> {
        let Some((interface, files)) = bench.known_as(&scratch.owned) else {
            return Ok(false);
        };
        let key = (interface, format!("{out} {}", scratch.proves));
        let known = {
            let mut objects = bench.objects.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(objects.entry(key).or_default())
        };
        // Others who want the same wait for it here, and nobody else does.
        let made = known.get_or_init(|| {
            // What goes wrong here goes wrong once more where it is told.
            let objects = self.objects(bench, (files, scratch.proves), out, compile);
            objects.ok().flatten()
        });
        let is_good = |objects: &&Objects| objects.failures.load(Ordering::Relaxed) < PATIENCE;
        let Some(objects) = made.as_ref().filter(is_good) else {
            return Ok(false);
        };
        self.link(objects, scratch, &scratch.path(out))
    }

    /// What tests a library: its object code of an earlier run, or compiled now and kept.
    fn objects(
        &self,
        bench: &Bench,
        (files, proves): (&[CandidateFile], bool),
        out: &str,
        compile: Compile<'_>,
    ) -> Result<Option<Objects>, ExamineError> {
        let Some(hollow) = hollow(files) else {
            return Ok(None);
        };
        let made = Made {
            library: &hollow,
            out,
            proves,
        };
        let store = &self.workshop.objects;
        let objects = |code, scratch| {
            Some(Objects {
                code,
                _scratch: scratch,
                failures: AtomicU32::new(0),
            })
        };
        if let Some(known) = store.find(bench, made) {
            self.workshop.made.found.fetch_add(1, Ordering::Relaxed);
            return Ok(objects(known, None));
        }
        let mut scratch = Scratch::new(bench, &hollow, proves)?;
        if self.library(bench, &scratch, false)?.is_some() {
            return Ok(None);
        }
        let kept = scratch.path(out).join(KEPT);
        std::fs::create_dir(&kept)
            .and_then(|()| open_to_all(&kept))
            .map_err(|source| ExamineError::Io {
                path: kept.clone(),
                source,
            })?;
        scratch
            .variables
            .push((LINKS_INTO.to_owned(), kept.display().to_string()));
        scratch.linker = std::env::current_exe().ok();
        if compile(&scratch)?.is_err() {
            return Ok(None);
        }
        let Some(asked) = Asked::read(&kept) else {
            return Ok(None);
        };
        self.workshop.made.prepared.fetch_add(1, Ordering::Relaxed);
        if let Ok(stored) = store.keep(bench, made, (&kept, &asked), scratch.folder.path()) {
            return Ok(objects(stored, None));
        }
        // The next run will have to compile it.
        let code = StoredObjects {
            folder: kept,
            asked,
            from: scratch.folder.path().display().to_string(),
        };
        Ok(objects(code, Some(scratch)))
    }

    /// Links object code with a submission's library. Whether that went well.
    fn link(&self, objects: &Objects, scratch: &Scratch, out: &Path) -> Result<bool, ExamineError> {
        let code = &objects.code;
        let to = scratch.folder.path().display().to_string();
        let kept = code.folder.display().to_string();
        let arguments = code.asked.arguments.iter().map(|argument| {
            if argument.starts_with(&kept) {
                argument.clone()
            } else {
                argument.replace(&code.from, &to)
            }
        });
        // Every processor grades somebody, and threads that share one cost a tenth more. Only this linker has the option.
        let mut asked = code.asked.arguments.iter();
        let is_lld = asked.any(|it| it == "-fuse-ld=lld");
        let arguments = arguments.chain(is_lld.then(|| "-Wl,--threads=1".to_owned()));
        let Some(linker) = ["/usr/bin", "/bin"]
            .iter()
            .map(|folder| Path::new(folder).join(LINKER))
            .find(|path| path.exists())
        else {
            return Ok(false);
        };
        let library = scratch.path("lib");
        let read = [&code.folder, &library, &self.workshop.wire].map(PathBuf::as_path);
        let linked = self.compiler_says(scratch, linker, arguments.collect(), &read, out)?;
        if linked.is_err() {
            objects.failures.fetch_add(1, Ordering::Relaxed);
        }
        Ok(linked.is_ok())
    }
}

/// Whether a file of tests has a module, by the attribute that names its file, that does not lie below the tests.
fn takes_in_from_outside(text: &str) -> bool {
    let is_such = |(at, _): (usize, &str)| {
        // A variable or a field of this name has another word or a point before it.
        let before = text[..at].trim_end().chars().next_back();
        let names = text[at + "path".len()..].trim_start().strip_prefix('=');
        let (Some('[' | '(' | ',' | '/'), Some(value)) = (before, names) else {
            return false;
        };
        let literal = value.trim_start().strip_prefix('"');
        let file = literal.and_then(|literal| literal.split_once('"'));
        file.is_none_or(|(file, _)| file.contains("..") || file.starts_with('/'))
    };
    text.match_indices("path").any(is_such)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_named_path_takes_nothing_in() {
        let check = |text: &str, expected: bool| {
            assert_eq!(takes_in_from_outside(text), expected, "{text}");
        };
        check("#[path = \"../src/queue.rs\"] mod queue;", true);
        check(
            "#[cfg_attr(loom, path=\"../src/queue.rs\")] mod queue;",
            true,
        );
        check("#[path = \"/tmp/queue.rs\"] mod queue;", true);
        check("#[path = concat!(\"..\")] mod queue;", true);
        check("#[path = \"support/lab.rs\"] mod lab;", false);
        check(
            "let path = \"../x\"; it.path = path; if path == other {}",
            false,
        );
        check("\"level=error path=../x\"", false);
    }
}
