//! The journal's file: read whole, appended to under a lock, and given back what others took from it.

use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use thiserror::Error;

use super::entry::{Entry, Event, LineError};

/// A journal that is open: what its file says, and the way to add to it.
///
/// Any number of these can be open on one file, in one process or many. Appends take turns by a lock on
/// a file beside the journal, `journal.jsonl.lock`, which stays where it is. The journal itself would
/// not do: when it is deleted, two runners could each hold the lock of a different file, and on Windows
/// a locked file can't even be read by others.
///
/// The lock keeps lines whole and restores them once. That nothing is lost does not hang on it: each
/// line has a text of its own, is appended in one piece, and counts once however often it is there.
pub struct Journal {
    path: PathBuf,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    record: Record,
}

/// A line that was not used. It stays in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The line's number in the file, from 1.
    pub line: usize,
    /// What is the matter with it; reads after "the line is".
    pub why: String,
}

/// Why the journal could not be read or written. All are up to the user.
#[derive(Debug, Error)]
pub enum JournalError {
    /// There is something, and it can't be read.
    #[error("read the journal `{}`; make it a readable file, or move it away to start a new one", path.display())]
    Read {
        /// The journal.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What should be the journal's folder is something else.
    #[error("read the journal: `{}` is not a folder; move it away", path.display())]
    NoFolder {
        /// Where the folder should be.
        path: PathBuf,
    },
    /// The entry may not have been recorded.
    #[error("record the {what} in `{}`; see that `{}` can be written and that the disk has room", path.display(), at.display())]
    Append {
        /// The event, as a noun.
        what: &'static str,
        /// The journal.
        path: PathBuf,
        /// The file or folder that could not be written: the journal, its lock or its folder.
        at: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Journal {
    /// Reads the journal at this path. If there is none it is empty, and made by the first append.
    ///
    /// # Errors
    ///
    /// [`JournalError::Read`] if there is something at the path that can't be read. A line that makes
    /// no sense is no error, see [`Journal::set_aside`].
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::open_with_clock(path, Timestamp::now)
    }

    /// As [`Journal::open`]; entries get their time from `clock`.
    ///
    /// # Errors
    ///
    /// As [`Journal::open`].
    pub fn open_with_clock(
        path: &Path,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Result<Self, JournalError> {
        let mut journal = Journal {
            path: path.to_owned(),
            clock: Box::new(clock),
            record: Record::default(),
        };
        journal.reload()?;
        Ok(journal)
    }

    /// Every entry, in the order of the file.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.record.entries
    }

    /// The lines that were not used, in the order of the file. A line that another runner is writing
    /// at this moment can be among them; it is looked at again by the next reload or append.
    #[must_use]
    pub fn set_aside(&self) -> &[SetAside] {
        &self.record.set_aside
    }

    /// Picks up what other runners appended. If the file was deleted or replaced, what is known and
    /// not in it any more stays in [`Journal::entries`], and is written back by the next append.
    ///
    /// Takes no lock, so that a desk that can't be written can still be read.
    ///
    /// # Errors
    ///
    /// As [`Journal::open`].
    pub fn reload(&mut self) -> Result<(), JournalError> {
        let content = match fs::read(&self.path) {
            Ok(content) => content,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                let path = self.path.parent().unwrap_or(&self.path).to_owned();
                return Err(JournalError::NoFolder { path });
            }
            Err(source) => {
                return Err(JournalError::Read {
                    path: self.path.clone(),
                    source,
                });
            }
        };
        self.record.observe(&content);
        Ok(())
    }

    /// Records an event. When this returns, the entry is on the disk, and [`Journal::entries`] has it
    /// after everything that others recorded before it.
    ///
    /// Waits for other runners that are appending, each for one write.
    ///
    /// # Errors
    ///
    /// [`JournalError::Append`] if the journal, its lock or its folder can't be written.
    pub fn append(&mut self, event: Event) -> Result<(), JournalError> {
        let (what, path) = (event.noun(), self.path.clone());
        self.try_append(event)
            .map_err(|Refused { at, source }| JournalError::Append {
                what,
                path,
                at,
                source,
            })
    }

    fn try_append(&mut self, event: Event) -> Result<(), Refused> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder).map_err(Refused::at(folder))?;
        let lock_path = self.path.with_added_extension("lock");
        let _lock = Lock::take(&lock_path).map_err(Refused::at(&lock_path))?;

        // One handle for both, so that what was read is what is appended to, whatever becomes of the
        // path meanwhile.
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&self.path)
            .map_err(Refused::at(&self.path))?;
        let mut content = Vec::new();
        file.read_to_end(&mut content)
            .map_err(Refused::at(&self.path))?;
        self.record.observe(&content);

        let now = (self.clock)();
        let id = self.record.next_id(now, &event);
        let addition = self.record.addition(&Entry { at: now, event }.to_line(id));
        file.write_all(&addition)
            .and_then(|()| file.sync_data())
            .map_err(Refused::at(&self.path))?;
        if content.is_empty() {
            sync_name(folder);
        }
        self.record.appended(&addition);
        Ok(())
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// A file or folder that could not be written, and why.
struct Refused {
    at: PathBuf,
    source: io::Error,
}

impl Refused {
    fn at(at: &Path) -> impl FnOnce(io::Error) -> Refused {
        move |source| Refused {
            at: at.to_owned(),
            source,
        }
    }
}

/// A held lock.
struct Lock(File);

impl Lock {
    fn take(path: &Path) -> io::Result<Lock> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        loop {
            match file.lock() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // A file system without locks. Two runners that append at the same moment can then
                // write a restored line twice, which readers count once; refusing the only runner
                // that there is would be worse.
                Err(error) if error.kind() == ErrorKind::Unsupported => return Ok(Lock(file)),
                result => return result.map(|()| Lock(file)),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough: a child that another thread starts just now has the handle too, until
        // its `exec`. A failure leaves it to closing.
        let _ = self.0.unlock();
    }
}

/// Makes a new file's name as durable as its content. Not every system can, and a name that is lost
/// with the power takes one entry along, so a failure is not the user's concern.
fn sync_name(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// What is known of the journal: the bytes that were seen last, and what they mean.
#[derive(Default)]
struct Record {
    /// The file as it was seen last.
    content: Vec<u8>,
    /// How many bytes of it are lines with an end.
    settled: usize,
    /// How many lines that is.
    lines: usize,
    /// Hashes of the lines, of `unwritten` too. With 64 bits, 100,000 lines meet by chance once in
    /// four thousand million journals.
    seen: HashSet<u64>,
    entries: Vec<Entry>,
    set_aside: Vec<SetAside>,
    /// Lines that were in the file once and are not now, each with its end.
    unwritten: Vec<u8>,
}

impl Record {
    /// Takes in the content of the file as it is now.
    fn observe(&mut self, content: &[u8]) {
        match content.strip_prefix(self.content.as_slice()) {
            Some(more) if self.unwritten.is_empty() => self.extend(more),
            _ => {
                let before = std::mem::take(self);
                self.extend(content);
                for line in lines(&before.content).chain(lines(&before.unwritten)) {
                    self.keep(line);
                }
            }
        }
    }

    /// What to append so that `line` is in the file, with everything that is missing there before it.
    fn addition(&self, line: &str) -> Vec<u8> {
        let mut addition = Vec::new();
        if self.settled < self.content.len() {
            // The writer of the last line was stopped in the middle. Cutting the rest off could cut
            // off what a newer workbook understands; a new line costs nothing.
            addition.push(b'\n');
        }
        addition.extend_from_slice(&self.unwritten);
        addition.extend_from_slice(line.as_bytes());
        addition
    }

    /// Takes in what was appended by this journal, an [`Record::addition`].
    fn appended(&mut self, addition: &[u8]) {
        self.unwritten.clear();
        self.extend(addition);
    }

    /// A number that no other line has: it takes in who writes, when, what, and after how much.
    fn next_id(&self, now: Timestamp, event: &Event) -> u64 {
        let place = self.content.len() + self.unwritten.len();
        hash(&(std::process::id(), now.as_nanosecond(), place, event))
    }

    /// Takes in bytes that follow those seen so far.
    fn extend(&mut self, more: &[u8]) {
        self.content.extend_from_slice(more);
        // A last line without an end was read before; it is read again with what follows.
        self.set_aside.retain(|aside| aside.line <= self.lines);
        let content = std::mem::take(&mut self.content);
        for (number, line) in (self.lines + 1..).zip(lines(&content[self.settled..])) {
            self.read(number, line);
            if line.ends_with(b"\n") {
                self.lines = number;
                self.settled += line.len();
            }
        }
        self.content = content;
    }

    fn read(&mut self, number: usize, line: &[u8]) {
        let text = line.trim_ascii();
        if text.is_empty() {
            return;
        }
        let new = self.seen.insert(hash(text));
        match Entry::from_line(text) {
            Ok(entry) if new => self.entries.push(entry),
            Ok(_) => {}
            Err(why) => self.set_aside.push(SetAside {
                line: number,
                why: why.to_string(),
            }),
        }
    }

    /// Keeps a line of an earlier state of the file, if it is not there any more.
    fn keep(&mut self, line: &[u8]) {
        let text = line.trim_ascii();
        let entry = Entry::from_line(text);
        // A last line without an end may be half of one that was just being written.
        let half = matches!(entry, Err(LineError::CutShort | LineError::NotText));
        let whole = line.ends_with(b"\n") || !half;
        if text.is_empty() || !whole || !self.seen.insert(hash(text)) {
            return;
        }
        self.unwritten.extend_from_slice(text);
        self.unwritten.push(b'\n');
        self.entries.extend(entry);
    }
}

/// Lines with their ends; the last may have none.
fn lines(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    content.split_inclusive(|byte| *byte == b'\n')
}

fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    use std::sync::atomic::{AtomicI64, Ordering};

    use tempfile::TempDir;

    use super::*;

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn skip(exercise: &str) -> Event {
        Event::Skip {
            exercise: exercise.to_owned(),
        }
    }

    fn line(exercise: &str) -> String {
        format!(
            "{{\"v\":1,\"at\":\"2026-11-21T11:00:00Z\",\"event\":\"skip\",\"exercise\":\"{exercise}\"}}\n"
        )
    }

    fn exercises(journal: &Journal) -> Vec<&str> {
        journal
            .entries()
            .iter()
            .map(|entry| entry.event.exercise())
            .collect()
    }

    /// A folder of its own and the path of a journal in it. The clock of its journals stands still, so
    /// that nothing can hang on the time.
    struct Desk {
        folder: TempDir,
        path: PathBuf,
    }

    impl Desk {
        fn new() -> Self {
            let folder = TempDir::new().unwrap();
            let path = folder.path().join(".workbook/journal.jsonl");
            Desk { folder, path }
        }

        fn with(content: &[u8]) -> Self {
            let desk = Self::new();
            fs::create_dir(desk.path.parent().unwrap()).unwrap();
            fs::write(&desk.path, content).unwrap();
            desk
        }

        fn open(&self) -> Journal {
            Journal::open_with_clock(&self.path, noon).unwrap()
        }

        /// The exercises in the file, line by line, as anything but this module would see them.
        fn on_disk(&self) -> Vec<String> {
            let text = fs::read_to_string(&self.path).unwrap();
            assert!(text.ends_with('\n'), "{text}");
            let exercise = |line: &str| {
                let value: serde_json::Value = serde_json::from_str(line).unwrap();
                value["exercise"].as_str().unwrap().to_owned()
            };
            text.lines().map(exercise).collect()
        }
    }

    #[test]
    fn lines_that_can_not_be_used_are_set_aside_and_kept_and_the_others_are_used() {
        let check = |content: &[u8], used: &[&str], aside: &[(usize, &str)]| {
            let desk = Desk::with(content);
            let mut journal = desk.open();
            for appended in [false, true] {
                let shown = content.escape_ascii().to_string();
                let mut used = used.to_vec();
                if appended {
                    journal.append(skip("new")).unwrap();
                    used.push("new");
                }
                for journal in [&journal, &desk.open()] {
                    assert_eq!(exercises(journal), used, "{shown}");
                    let found = journal.set_aside();
                    assert_eq!(found.len(), aside.len(), "{shown}: {found:?}");
                    for (found, (line, why)) in found.iter().zip(aside) {
                        assert_eq!(found.line, *line, "{shown}");
                        assert!(found.why.contains(why), "{shown}: {}", found.why);
                    }
                }
                assert!(
                    fs::read(&desk.path).unwrap().starts_with(content),
                    "{shown}"
                );
            }
        };
        let (a, b) = (line("a"), line("b"));
        let whole = |middle: &str| format!("{a}{middle}{b}").into_bytes();
        let torn = &b[..b.len() / 2];

        check(b"", &[], &[]);
        check(a.as_bytes(), &["a"], &[]);
        check(&whole(""), &["a", "b"], &[]);
        check(&whole("\n  \r\n\n"), &["a", "b"], &[]);
        check(
            &whole("<<<<<<< HEAD\n"),
            &["a", "b"],
            &[(2, "not a JSON object")],
        );
        check(&whole("\0\0\0\n"), &["a", "b"], &[(2, "not a JSON object")]);
        check(
            &whole("{\"v\":2,\"mood\":1}\n"),
            &["a", "b"],
            &[(2, "of version 2")],
        );
        let unknown = line("c").replace("skip", "applause");
        check(&whole(&unknown), &["a", "b"], &[(2, "applause")]);
        check(
            &whole("\n{\n<\n"),
            &["a", "b"],
            &[(3, "cut short"), (4, "not a JSON")],
        );
        check(
            &[a.as_bytes(), b"\xff\xfe{}\n", b.as_bytes()].concat(),
            &["a", "b"],
            &[(2, "not text")],
        );
        check(a.replace('\n', "\r\n").as_bytes(), &["a"], &[]);
        check(format!("{a}{torn}").as_bytes(), &["a"], &[(2, "cut short")]);
        check(
            format!("{a}{torn}\n{b}").as_bytes(),
            &["a", "b"],
            &[(2, "cut short")],
        );
        // Only the end of the line is missing.
        check(format!("{a}{b}").trim_end().as_bytes(), &["a", "b"], &[]);
        // As two runners can leave it where there are no locks.
        check(format!("{a}{b}{a}{b}").as_bytes(), &["a", "b"], &[]);
    }

    #[test]
    fn a_journal_that_is_not_there_is_empty_and_made_by_the_first_append() {
        let desk = Desk::new();
        let mut journal = desk.open();
        assert_eq!(exercises(&journal), [""; 0]);
        assert!(!desk.path.parent().unwrap().exists());
        journal.append(skip("a")).unwrap();
        assert_eq!(desk.on_disk(), ["a"]);
    }

    #[test]
    fn two_journals_on_one_file_see_what_the_other_appended() {
        let desk = Desk::new();
        let (mut one, mut two) = (desk.open(), desk.open());
        // The same event at the same time: still four different things that happened.
        for _ in 0..2 {
            one.append(skip("a")).unwrap();
            two.append(skip("a")).unwrap();
        }
        assert_eq!(desk.on_disk(), ["a"; 4]);
        assert_eq!(exercises(&two), ["a"; 4]);
        assert_eq!(exercises(&one), ["a"; 3]);
        one.reload().unwrap();
        assert_eq!(one.entries(), two.entries());
        assert_eq!(exercises(&desk.open()), ["a"; 4]);
    }

    #[test]
    fn a_line_that_is_seen_half_written_is_used_when_it_is_whole() {
        let (a, b) = (line("a"), line("b"));
        let (start, end) = b.split_at(b.len() / 2);
        let desk = Desk::with(format!("{a}{start}").as_bytes());
        let mut journal = desk.open();
        assert_eq!(journal.set_aside().len(), 1);
        let mut file = OpenOptions::new().append(true).open(&desk.path).unwrap();
        file.write_all(end.as_bytes()).unwrap();
        journal.reload().unwrap();
        assert_eq!(exercises(&journal), ["a", "b"]);
        assert_eq!(journal.set_aside(), []);
    }

    #[test]
    fn what_is_deleted_or_replaced_meanwhile_is_written_back_once_by_whoever_knew_it() {
        let check = |damage: fn(&Desk), expected: &[&str]| {
            let desk = Desk::new();
            let (mut one, mut two) = (desk.open(), desk.open());
            one.append(skip("a")).unwrap();
            two.append(skip("b")).unwrap();
            two.append(skip("c")).unwrap();
            // One has not seen b and c.
            damage(&desk);
            one.append(skip("d")).unwrap();
            two.append(skip("e")).unwrap();
            one.append(skip("f")).unwrap();
            assert_eq!(desk.on_disk(), expected);
            assert_eq!(exercises(&one), expected);
            assert_eq!(exercises(&desk.open()), expected);
            two.reload().unwrap();
            assert_eq!(two.entries(), one.entries());
        };
        let all = ["a", "d", "b", "c", "e", "f"];
        check(|desk| fs::remove_file(&desk.path).unwrap(), &all);
        check(
            |desk| fs::remove_dir_all(desk.path.parent().unwrap()).unwrap(),
            &all,
        );
        check(|desk| fs::write(&desk.path, "").unwrap(), &all);
        let replace = |desk: &Desk| {
            fs::remove_file(&desk.path).unwrap();
            fs::write(&desk.path, line("x") + &line("y")).unwrap();
        };
        check(replace, &["x", "y", "a", "d", "b", "c", "e", "f"]);
        let cut = |desk: &Desk| {
            let text = fs::read_to_string(&desk.path).unwrap();
            let (at, _) = text.match_indices('\n').nth(1).unwrap();
            fs::write(&desk.path, &text[..at]).unwrap();
        };
        check(cut, &["a", "b", "d", "c", "e", "f"]);
        let convert = |desk: &Desk| {
            let text = fs::read_to_string(&desk.path).unwrap();
            fs::write(&desk.path, text.replace('\n', "\r\n")).unwrap();
        };
        check(convert, &["a", "b", "c", "d", "e", "f"]);
    }

    #[test]
    fn a_deleted_journal_is_still_known_after_a_reload() {
        let desk = Desk::with((line("a") + "{\"v\":2}\n" + &line("b")).as_bytes());
        let mut journal = desk.open();
        fs::remove_file(&desk.path).unwrap();
        for _ in 0..2 {
            journal.reload().unwrap();
            assert_eq!(exercises(&journal), ["a", "b"]);
            assert_eq!(journal.set_aside(), []);
        }
        journal.append(skip("c")).unwrap();
        assert_eq!(exercises(&journal), ["a", "b", "c"]);
        // What only a newer workbook understands comes back too.
        assert_eq!(journal.set_aside()[0].line, 2);
        assert_eq!(exercises(&desk.open()), ["a", "b", "c"]);
    }

    #[test]
    fn what_another_runner_wrote_back_after_a_reload_is_not_written_again() {
        let desk = Desk::with((line("a") + &line("b")).as_bytes());
        let (mut one, mut two) = (desk.open(), desk.open());
        fs::remove_file(&desk.path).unwrap();
        one.reload().unwrap();
        two.append(skip("c")).unwrap();
        one.reload().unwrap();
        one.append(skip("d")).unwrap();
        assert_eq!(desk.on_disk(), ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_last_line_without_an_end_is_written_back_if_it_is_whole() {
        let check = |tail: &str, expected: &str| {
            let desk = Desk::with((line("a") + tail).as_bytes());
            let mut journal = desk.open();
            fs::remove_file(&desk.path).unwrap();
            journal.append(skip("new")).unwrap();
            let text = fs::read_to_string(&desk.path).unwrap();
            let (old, _) = text.split_once(r#"{"v":1,"at":"2026-11-21T12"#).unwrap();
            assert_eq!(old, line("a") + expected, "{tail}");
        };
        let b = line("b");
        check(b.trim_end(), &b);
        check("{\"v\":2}", "{\"v\":2}\n");
        // Its writer may be about to write the other half.
        check(&b[..b.len() / 2], "");
    }

    #[test]
    fn the_time_is_taken_and_the_line_written_under_the_lock() {
        let desk = Desk::new();
        let lock_path = desk.path.with_extension("jsonl.lock");
        let is_free = move || File::open(&lock_path).unwrap().try_lock().is_ok();
        let free_after = is_free.clone();
        let looking = move || {
            assert!(!is_free());
            noon()
        };
        let mut journal = Journal::open_with_clock(&desk.path, looking).unwrap();
        journal.append(skip("a")).unwrap();
        assert!(free_after());
    }

    #[test]
    fn a_writer_without_the_lock_is_not_overwritten() {
        let desk = Desk::with(line("a").as_bytes());
        let path = desk.path.clone();
        let between = move || {
            let mut file = OpenOptions::new().append(true).open(&path).unwrap();
            file.write_all(line("b").as_bytes()).unwrap();
            noon()
        };
        let mut journal = Journal::open_with_clock(&desk.path, between).unwrap();
        journal.append(skip("c")).unwrap();
        assert_eq!(desk.on_disk(), ["a", "b", "c"]);
        journal.reload().unwrap();
        assert_eq!(exercises(&journal), ["a", "b", "c"]);
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_change_the_order() {
        let desk = Desk::new();
        let hours_left = AtomicI64::new(3);
        let backwards = move || {
            let hours = hours_left.fetch_sub(1, Ordering::Relaxed);
            noon() + jiff::SignedDuration::from_hours(hours)
        };
        let mut journal = Journal::open_with_clock(&desk.path, backwards).unwrap();
        for exercise in ["a", "b", "c"] {
            journal.append(skip(exercise)).unwrap();
        }
        let read = desk.open();
        assert_eq!(exercises(&read), ["a", "b", "c"]);
        assert_eq!(read.entries(), journal.entries());
        assert!(read.entries().is_sorted_by(|one, two| one.at > two.at));
    }

    #[test]
    fn an_entry_has_the_same_time_for_who_wrote_it_and_who_reads_it() {
        let desk = Desk::new();
        let fine = || noon() + jiff::SignedDuration::from_nanos(123_999_999);
        let mut journal = Journal::open_with_clock(&desk.path, fine).unwrap();
        journal.append(skip("a")).unwrap();
        assert_eq!(
            journal.entries()[0].at.to_string(),
            "2026-11-21T12:00:00.123Z"
        );
        assert_eq!(desk.open().entries(), journal.entries());
    }

    #[test]
    fn what_can_not_be_read_or_written_is_named_with_a_remedy() {
        // Not by permissions, which do not bind root.
        let shown = |error: &JournalError, desk: &Desk| {
            let folder = desk.folder.path().display().to_string();
            error
                .to_string()
                .replace(&folder, "DESK")
                .replace('\\', "/")
        };
        let check = |block: fn(&Path), expected: &str| {
            let desk = Desk::new();
            let mut journal = desk.open();
            block(&desk.path);
            let error = journal.append(skip("a")).unwrap_err();
            assert_eq!(shown(&error, &desk), expected);
            assert!(std::error::Error::source(&error).is_some());
            assert_eq!(exercises(&journal), [""; 0]);
        };
        check(
            |path| fs::create_dir_all(path).unwrap(),
            "record the skip in `DESK/.workbook/journal.jsonl`; see that \
             `DESK/.workbook/journal.jsonl` can be written and that the disk has room",
        );
        check(
            |path| fs::create_dir_all(path.with_extension("jsonl.lock")).unwrap(),
            "record the skip in `DESK/.workbook/journal.jsonl`; see that \
             `DESK/.workbook/journal.jsonl.lock` can be written and that the disk has room",
        );
        check(
            |path| fs::write(path.parent().unwrap(), "").unwrap(),
            "record the skip in `DESK/.workbook/journal.jsonl`; see that \
             `DESK/.workbook` can be written and that the disk has room",
        );

        let desk = Desk::new();
        fs::create_dir_all(&desk.path).unwrap();
        let error = Journal::open(&desk.path).unwrap_err();
        assert_eq!(
            shown(&error, &desk),
            "read the journal `DESK/.workbook/journal.jsonl`; make it a readable file, or move it \
             away to start a new one"
        );
    }

    #[test]
    fn an_append_that_failed_can_be_repeated() {
        let desk = Desk::new();
        let mut journal = desk.open();
        journal.append(skip("a")).unwrap();
        fs::remove_file(&desk.path).unwrap();
        fs::create_dir(&desk.path).unwrap();
        journal.append(skip("b")).unwrap_err();
        fs::remove_dir(&desk.path).unwrap();
        journal.append(skip("b")).unwrap();
        assert_eq!(desk.on_disk(), ["a", "b"]);
    }

    #[test]
    fn threads_that_append_at_once_lose_nothing_and_cut_nothing() {
        const THREADS: usize = 4;
        const APPENDS: usize = 200;
        let desk = Desk::new();
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let mut journal = desk.open();
                scope.spawn(move || {
                    for number in 0..APPENDS {
                        journal.append(skip(&format!("{thread}/{number}"))).unwrap();
                    }
                });
            }
        });
        let journal = desk.open();
        assert_eq!(journal.set_aside(), []);
        assert_eq!(desk.on_disk().len(), THREADS * APPENDS);
        for thread in 0..THREADS {
            let own = format!("{thread}/");
            let found = exercises(&journal)
                .into_iter()
                .filter(|id| id.starts_with(&own));
            let expected = (0..APPENDS).map(|number| format!("{own}{number}"));
            assert!(found.eq(expected), "the order of thread {thread}");
        }
    }

    #[test]
    fn deleting_the_journal_under_busy_writers_loses_nothing_that_they_know() {
        const THREADS: usize = 4;
        const APPENDS: usize = 50;
        let desk = Desk::new();
        let path = &desk.path;
        let mut journals: Vec<Journal> = (0..THREADS).map(|_| desk.open()).collect();
        std::thread::scope(|scope| {
            for (thread, journal) in journals.iter_mut().enumerate() {
                scope.spawn(move || {
                    for number in 0..APPENDS {
                        journal.append(skip(&format!("{thread}/{number}"))).unwrap();
                        if number % 5 == thread {
                            // Another thread may have been quicker.
                            let _ = fs::remove_file(path);
                        }
                    }
                });
            }
        });
        for journal in &mut journals {
            journal.append(skip("last")).unwrap();
        }
        let mut found = desk.on_disk();
        assert_eq!(found.len(), THREADS * (APPENDS + 1));
        found.sort();
        found.dedup();
        assert_eq!(found.len(), THREADS * APPENDS + 1);
    }

    const WRITER: &str = "WORKBOOK_TEST_JOURNAL_WRITER";

    /// Appends for ever, and says so after each append. Ends by being killed, or when nobody reads.
    fn write_until_killed(path: &Path) {
        let mut journal = Journal::open(path).unwrap();
        // After what the test harness printed on the line.
        let mut stdout = io::stdout();
        writeln!(stdout).unwrap();
        for number in 0.. {
            let exercise = format!("{}/{number}", std::process::id());
            journal.append(skip(&exercise)).unwrap();
            if writeln!(stdout, "appended {exercise}").is_err() {
                return;
            }
        }
    }

    #[test]
    fn a_kill_at_any_moment_loses_nothing_that_was_acknowledged() {
        const ROUNDS: usize = 50;
        if let Some(path) = std::env::var_os(WRITER) {
            return write_until_killed(Path::new(&path));
        }
        let desk = Desk::new();
        let (_, module) = module_path!().split_once("::").unwrap();
        let name = format!("{module}::a_kill_at_any_moment_loses_nothing_that_was_acknowledged");
        let mut acknowledged = Vec::new();
        for round in 0..ROUNDS {
            let mut writer = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", &name, "--nocapture"])
                .env(WRITER, &desk.path)
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(writer.stdout.take().unwrap())
                .lines()
                .map(Result::unwrap)
                .filter_map(|line| line.strip_prefix("appended ").map(str::to_owned));
            acknowledged.extend(lines.by_ref().take(1 + round % 5));
            writer.kill().unwrap();
            // What was said before the kill, but not read yet, was promised as well.
            acknowledged.extend(lines);
            writer.wait().unwrap();
        }
        assert!(acknowledged.len() >= ROUNDS);

        let journal = desk.open();
        let found = exercises(&journal);
        let known: HashSet<&str> = found.iter().copied().collect();
        assert_eq!(known.len(), found.len(), "an entry is there twice");
        for promised in &acknowledged {
            assert!(known.contains(promised.as_str()), "`{promised}` is lost");
        }
        for aside in journal.set_aside() {
            assert_eq!(aside.why, "cut short", "line {}", aside.line);
        }
        // At most one append per kill was done and not said.
        assert!(found.len() + journal.set_aside().len() <= acknowledged.len() + ROUNDS);
    }
}
