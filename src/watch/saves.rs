//! Notices saves.
//!
//! Folders are watched, not files: an editor that writes beside a file and renames replaces the file
//! that a watch would hang on. And not the exercises' own folders, but those above: a git checkout can
//! take a folder away and bring it back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use notify::{Config, EventKind, RecursiveMode, Watcher};

use super::burst::{Burst, Saved};
use super::filesystem;
use super::poll::Poll;
use crate::course::Course;
use crate::desk::STATE_FOLDER;

/// How often the folders are looked at where changes are not reported.
const POLL: Duration = Duration::from_millis(500);

/// How long a change that we make ourselves may take to be reported.
const PROBE: Duration = Duration::from_secs(1);

/// Watches a desk until this is dropped.
pub struct Saves {
    /// Why the folders are looked at again and again, where the system does not report changes.
    pub polling: Option<String>,
    signals: Sender<Signal>,
    thread: Option<JoinHandle<()>>,
}

/// How saves are to be noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// As the system can.
    Best,
    /// By looking again and again.
    Polling,
}

enum Signal {
    Happened(notify::Result<notify::Event>),
    End,
}

impl Saves {
    /// Watches every exercise's crate below `root`.
    ///
    /// # Errors
    ///
    /// If the system neither reports changes nor lets us look.
    pub fn watch(
        root: &Path,
        course: &Course,
        how: How,
        tell: impl Fn(Saved) + Send + 'static,
    ) -> notify::Result<Self> {
        let (signals, heard) = mpsc::channel();
        let (mut watcher, polling) = match reason_to_poll(root, how) {
            Some(reason) => (poll(&signals)?, Some(reason)),
            None => (system_watcher(&signals)?, None),
        };
        let places = Places::new(root, course);
        let mut polling = polling;
        if let Err(error) = places.watch_all(&mut *watcher) {
            // Such as too many folders for what the system allows.
            if polling.is_some() {
                return Err(error);
            }
            watcher = poll(&signals)?;
            places.watch_all(&mut *watcher)?;
            polling = Some(format!("the system does not watch so much ({error})"));
        }
        let thread = std::thread::Builder::new()
            .name("saves".to_owned())
            .spawn(move || listen(&heard, &mut *watcher, &places, &tell))
            .map_err(notify::Error::io)?;
        Ok(Saves {
            polling,
            signals,
            thread: Some(thread),
        })
    }
}

impl Drop for Saves {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.signals.send(Signal::End);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

type AnyWatcher = Box<dyn Watcher + Send>;

fn system_watcher(signals: &Sender<Signal>) -> notify::Result<AnyWatcher> {
    Ok(Box::new(notify::recommended_watcher(sender(signals))?))
}

fn poll(signals: &Sender<Signal>) -> notify::Result<AnyWatcher> {
    let config = Config::default().with_poll_interval(POLL);
    Ok(Box::new(Poll::new(sender(signals), config)?))
}

fn sender(signals: &Sender<Signal>) -> impl Fn(notify::Result<notify::Event>) + Send + 'static {
    let signals = signals.clone();
    // Nobody listens any more once the receiver is gone; the watcher goes with it.
    move |event| drop(signals.send(Signal::Happened(event)))
}

/// Why the system's reports are not to be relied on here, if they are not.
fn reason_to_poll(root: &Path, how: How) -> Option<String> {
    if how == How::Polling {
        return Some("as asked for".to_owned());
    }
    if let Some(kind) = filesystem::silent_kind(root) {
        return Some(format!("{kind} does not report every change"));
    }
    (!reports_a_probe(&root.join(STATE_FOLDER)))
        .then(|| "the system does not report changes here".to_owned())
}

/// Whether a file that we write is reported. Where none can be written there is nothing to learn.
fn reports_a_probe(folder: &Path) -> bool {
    let (signals, heard) = mpsc::channel();
    let Ok(mut watcher) = system_watcher(&signals) else {
        return false;
    };
    if watcher.watch(folder, RecursiveMode::NonRecursive).is_err() {
        return true;
    }
    match tempfile::NamedTempFile::with_prefix_in("probe-", folder) {
        Ok(_probe) => heard.recv_timeout(PROBE).is_ok(),
        Err(_) => true,
    }
}

fn listen(
    heard: &Receiver<Signal>,
    watcher: &mut dyn Watcher,
    places: &Places,
    tell: &impl Fn(Saved),
) {
    let mut burst = Burst::default();
    loop {
        let signal = match burst.patience(Instant::now()) {
            Some(patience) => heard.recv_timeout(patience),
            None => heard.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match signal {
            Ok(Signal::Happened(Ok(event))) => places.take(&event, watcher, &mut burst),
            // Such as a folder that is gone again; the next event tells more.
            Ok(Signal::Happened(Err(_))) | Err(RecvTimeoutError::Timeout) => {}
            Ok(Signal::End) | Err(RecvTimeoutError::Disconnected) => return,
        }
        if let Some(saved) = burst.end(Instant::now()) {
            tell(saved);
        }
    }
}

/// What is watched, and which crate a path belongs to.
struct Places {
    root: PathBuf,
    crates: BTreeSet<PathBuf>,
    /// The folders right below the desk in which crates lie.
    tops: BTreeSet<PathBuf>,
}

impl Places {
    fn new(root: &Path, course: &Course) -> Self {
        let exercises = course.exercises.iter();
        let crates: BTreeSet<PathBuf> = exercises.map(|e| e.crate_folder.clone()).collect();
        let top = |folder: &PathBuf| folder.components().next().map(|first| root.join(first));
        Places {
            root: root.to_owned(),
            tops: crates.iter().filter_map(top).collect(),
            crates,
        }
    }

    fn watch_all(&self, watcher: &mut dyn Watcher) -> notify::Result<()> {
        // The desk itself, for a top folder that comes back.
        watcher.watch(&self.root, RecursiveMode::NonRecursive)?;
        for top in self.tops.iter().filter(|top| top.is_dir()) {
            watcher.watch(top, RecursiveMode::Recursive)?;
        }
        Ok(())
    }

    /// Takes in what an event says.
    fn take(&self, event: &notify::Event, watcher: &mut dyn Watcher, burst: &mut Burst) {
        let now = Instant::now();
        if event.need_rescan() {
            // Events were lost: anything may have changed.
            for folder in &self.crates {
                burst.add(Some(folder.clone()), true, now);
            }
            return;
        }
        if matches!(event.kind, EventKind::Access(_)) {
            return;
        }
        for path in &event.paths {
            if self.tops.contains(path) && path.is_dir() && comes_or_goes(event.kind) {
                // Should it be gone again, that is told next.
                let _ = watcher.watch(path, RecursiveMode::Recursive);
            }
            let Ok(relative) = path.strip_prefix(&self.root) else {
                continue;
            };
            let mut parts = relative.iter();
            if parts.any(|part| part == "target" || part == STATE_FOLDER || is_scratch(part)) {
                continue;
            }
            let is_manifest = path.extension().is_some_and(|end| end == "toml");
            // A folder that comes or goes takes what is in it along.
            let inside = self.crates.iter().filter(|folder| {
                relative.starts_with(folder)
                    || (comes_or_goes(event.kind) && folder.starts_with(relative))
            });
            let mut inside = inside.peekable();
            if inside.peek().is_none() {
                // One of the course's own files, such as curriculum.toml.
                if is_manifest {
                    burst.add(None, true, now);
                }
                continue;
            }
            for folder in inside {
                // With a whole folder its manifests come and go too.
                let course = is_manifest || !relative.starts_with(folder);
                burst.add(Some(folder.clone()), course, now);
            }
        }
    }
}

fn comes_or_goes(kind: EventKind) -> bool {
    kind.is_create()
        || kind.is_remove()
        || matches!(kind, EventKind::Modify(notify::event::ModifyKind::Name(_)))
}

/// Files that editors make for themselves.
fn is_scratch(name: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy();
    name.ends_with('~')
        || name.ends_with(".swp")
        || name.ends_with(".swx")
        || name.starts_with(".#")
        || name == "4913"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_own_files_are_no_saves() {
        for (name, scratch) in [
            ("lib.rs", false),
            ("lib.rs~", true),
            (".lib.rs.swp", true),
            ("4913", true),
            (".#lib.rs", true),
        ] {
            assert_eq!(is_scratch(name.as_ref()), scratch, "{name}");
        }
    }

    #[test]
    fn a_write_is_told_by_the_crate_it_is_in() {
        struct Deaf;
        impl Watcher for Deaf {
            fn new<F: notify::EventHandler>(_: F, _: Config) -> notify::Result<Self> {
                Ok(Deaf)
            }
            fn watch(&mut self, _: &Path, _: RecursiveMode) -> notify::Result<()> {
                Ok(())
            }
            fn unwatch(&mut self, _: &Path) -> notify::Result<()> {
                Ok(())
            }
            fn kind() -> notify::WatcherKind {
                notify::WatcherKind::NullWatcher
            }
        }
        let places = Places {
            root: "/desk".into(),
            crates: ["exercises/a/one", "exercises/a/two", "house"]
                .map(PathBuf::from)
                .into(),
            tops: ["/desk/exercises", "/desk/house"].map(PathBuf::from).into(),
        };
        let check = |kind: EventKind, path: &str, crates: &[&str], course: bool| {
            let event = notify::Event::new(kind).add_path(PathBuf::from("/desk").join(path));
            let mut burst = Burst::default();
            places.take(&event, &mut Deaf, &mut burst);
            let later = Instant::now() + super::super::burst::QUIET;
            let saved = burst.end(later).unwrap_or_default();
            let expected: BTreeSet<PathBuf> = crates.iter().map(PathBuf::from).collect();
            assert_eq!((saved.crates, saved.course), (expected, course), "{path}");
        };
        let modify = EventKind::Modify(notify::event::ModifyKind::Any);
        let create = EventKind::Create(notify::event::CreateKind::Any);
        let access = EventKind::Access(notify::event::AccessKind::Any);
        check(
            modify,
            "exercises/a/one/src/lib.rs",
            &["exercises/a/one"],
            false,
        );
        check(
            modify,
            "exercises/a/one/exercise.toml",
            &["exercises/a/one"],
            true,
        );
        check(modify, "house/stages/x/README.md", &["house"], false);
        check(modify, "curriculum.toml", &[], true);
        check(modify, "notes.txt", &[], false);
        check(
            create,
            "exercises/a",
            &["exercises/a/one", "exercises/a/two"],
            true,
        );
        check(modify, "exercises/a", &[], false);
        check(access, "house/src/lib.rs", &[], false);
        check(modify, "house/target/debug/x", &[], false);
        check(modify, "house/src/lib.rs~", &[], false);
        check(modify, ".workbook/x.toml", &[], false);
    }
}
