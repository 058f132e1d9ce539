//! Looks at folders again and again, where the system does not report changes.
//!
//! Not notify's own poller: that one knows times in whole seconds and expects them to grow, so it misses a
//! second save within a second, and a file whose time is set back, as by a checkout or a restored backup.

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use notify::event::{CreateKind, ModifyKind, RemoveKind};
use notify::{Config, Event, EventHandler, EventKind, RecursiveMode, Watcher, WatcherKind};
use walkdir::WalkDir;

/// Looks until it is dropped.
pub struct Poll {
    watched: Arc<Mutex<HashMap<PathBuf, Watched>>>,
    end: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

/// What lay in a folder when it was looked at last.
struct Watched {
    mode: RecursiveMode,
    seen: HashMap<PathBuf, State>,
}

/// What tells a file from what it was. A folder only is there or not: what happens in it is told by its files.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Folder,
    File {
        modified: Option<SystemTime>,
        bytes: u64,
        /// Where the system has them: which file it is, and when anything about it changed, which no
        /// program can set.
        changed: (u64, i64, i64),
    },
}

impl Watcher for Poll {
    fn new<F: EventHandler>(mut handler: F, config: Config) -> notify::Result<Self> {
        let interval = config.poll_interval().unwrap_or(Duration::from_secs(1));
        let watched: Arc<Mutex<HashMap<PathBuf, Watched>>> = Arc::default();
        let (end, ended) = mpsc::channel();
        let looked_at = Arc::clone(&watched);
        let thread = std::thread::Builder::new()
            .name("poll".to_owned())
            .spawn(move || {
                while ended.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                    let mut events = Vec::new();
                    let mut watched = looked_at.lock().unwrap_or_else(PoisonError::into_inner);
                    for (root, watched) in watched.iter_mut() {
                        let now = look(root, watched.mode);
                        events.extend(differences(&watched.seen, &now));
                        watched.seen = now;
                    }
                    drop(watched);
                    for event in events {
                        handler.handle_event(Ok(event));
                    }
                }
            })
            .map_err(notify::Error::io)?;
        Ok(Poll {
            watched,
            end,
            thread: Some(thread),
        })
    }

    fn watch(&mut self, path: &Path, mode: RecursiveMode) -> notify::Result<()> {
        let seen = look(path, mode);
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.insert(path.to_owned(), Watched { mode, seen });
        Ok(())
    }

    fn unwatch(&mut self, path: &Path) -> notify::Result<()> {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        match watched.remove(path) {
            Some(_) => Ok(()),
            None => Err(notify::Error::watch_not_found()),
        }
    }

    fn kind() -> WatcherKind {
        WatcherKind::PollWatcher
    }
}

impl Drop for Poll {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.end.send(());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What can't be read is not there, until it can.
fn look(root: &Path, mode: RecursiveMode) -> HashMap<PathBuf, State> {
    let depth = match mode {
        RecursiveMode::Recursive => usize::MAX,
        RecursiveMode::NonRecursive => 1,
    };
    let entries = WalkDir::new(root).max_depth(depth).into_iter();
    // Build output, which is large and nobody's save.
    let entries = entries.filter_entry(|entry| {
        entry.depth() == 0 || (entry.file_name() != "target" && entry.file_name() != ".git")
    });
    let entries = entries.flatten().filter_map(|entry| {
        let state = State::of(&entry.metadata().ok()?);
        Some((entry.into_path(), state))
    });
    entries.collect()
}

impl State {
    fn of(data: &Metadata) -> State {
        if data.is_dir() {
            return State::Folder;
        }
        #[cfg(unix)]
        let changed = {
            use std::os::unix::fs::MetadataExt as _;
            (data.ino(), data.ctime(), data.ctime_nsec())
        };
        #[cfg(not(unix))]
        let changed = (0, 0, 0);
        State::File {
            modified: data.modified().ok(),
            bytes: data.len(),
            changed,
        }
    }
}

fn differences(before: &HashMap<PathBuf, State>, now: &HashMap<PathBuf, State>) -> Vec<Event> {
    let event = |kind: EventKind, path: &PathBuf| Event::new(kind).add_path(path.clone());
    let mut events = Vec::new();
    for (path, state) in now {
        match before.get(path) {
            None => events.push(event(EventKind::Create(CreateKind::Any), path)),
            Some(old) if old != state => {
                events.push(event(EventKind::Modify(ModifyKind::Any), path));
            }
            Some(_) => {}
        }
    }
    let gone = before.keys().filter(|path| !now.contains_key(*path));
    events.extend(gone.map(|path| event(EventKind::Remove(RemoveKind::Any), path)));
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_saved_between_two_looks_is_told() {
        let keep = tempfile::tempdir().expect("a temporary folder");
        let file = keep.path().join("lib.rs");
        let (tell, told) = mpsc::channel();
        let interval = Config::default().with_poll_interval(Duration::from_millis(5));
        let mut poll = Poll::new(
            move |event: notify::Result<Event>| drop(tell.send(event)),
            interval,
        )
        .expect("a thread");
        poll.watch(keep.path(), RecursiveMode::Recursive)
            .expect("it is there");
        let expect = |kind: EventKind, path: &Path| {
            let event = told.recv_timeout(Duration::from_secs(20));
            let event = event.expect("in time").expect("no error");
            assert_eq!((event.kind, event.paths), (kind, vec![path.to_owned()]));
        };
        let modified = EventKind::Modify(ModifyKind::Any);
        std::fs::File::create(&file).expect("it can be made");
        expect(EventKind::Create(CreateKind::Any), &file);
        // Within one second, and in either direction of time.
        for text in ["a", "ab", "abc"] {
            std::fs::write(&file, text).expect("it can be written");
            expect(modified, &file);
            // A look may have fallen between its being cut short and filled.
            while told.recv_timeout(Duration::from_millis(50)).is_ok() {}
        }
        let opened = std::fs::File::options().write(true).open(&file);
        let opened = opened.expect("it is there");
        let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        opened.set_modified(past).expect("times can be set");
        expect(modified, &file);
        std::fs::remove_file(&file).expect("it can be removed");
        expect(EventKind::Remove(RemoveKind::Any), &file);
        poll.unwatch(keep.path()).expect("it was watched");
        assert!(poll.unwatch(keep.path()).is_err());
    }
}
