//! Who is told: the log, or a file that others read.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::future;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::task;
use tracing::info;

use crate::domain::Notice;
use crate::ports::{Delivery, Notifier, Undelivered};

/// Writes each notice into the log.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogNotices;

impl Notifier for LogNotices {
    fn notify<'a>(&'a self, key: &'a str, notice: &'a Notice) -> Delivery<'a> {
        let (what, owner, task) = (notice.what.as_str(), notice.owner.get(), notice.task.get());
        let version = notice.version;
        info!(key, what, owner, task, version, "notice");
        Box::pin(future::ready(Ok(())))
    }
}

/// Writes each notice into a file, as one line of JSON, once: the file itself says which keys it has.
///
/// The key and what it stands for are one line, so there is no moment at which one of them is there and the other is not.
#[derive(Debug)]
pub struct FileNotices(Arc<Mutex<Lines>>);

#[derive(Debug)]
struct Lines {
    file: File,
    /// Where the next line begins. What is after it was never finished.
    end: u64,
    keys: HashSet<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    key: &'a str,
    what: &'static str,
    // Texts, as in the API: JavaScript's numbers end at 2^53.
    owner: String,
    task: String,
    version: u64,
}

#[derive(Deserialize)]
struct KeyOfLine {
    key: String,
}

impl FileNotices {
    /// Opens the file, makes it if it is not there, and reads which notices it has.
    ///
    /// # Errors
    ///
    /// If it can't be read or written, another process writes into it, or one of its lines is no notice.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        // Two writers would not know each other's keys. The lock ends with the process, however that ends.
        file.try_lock()?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let whole = text.rfind('\n').map_or(0, |last| last + 1);
        let keys = text[..whole].lines().map(|line| {
            let line: KeyOfLine = serde_json::from_str(line)?;
            Ok(line.key)
        });
        let keys: HashSet<String> = keys.collect::<Result<_, serde_json::Error>>()?;
        Ok(Self(Arc::new(Mutex::new(Lines {
            file,
            end: whole as u64,
            keys,
        }))))
    }
}

impl Lines {
    fn add(&mut self, line: &Line<'_>) -> io::Result<()> {
        if self.keys.contains(line.key) {
            return Ok(());
        }
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        // What an attempt before, or the process before, has left of a line goes first.
        self.file.set_len(self.end)?;
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(&bytes)?;
        // Whoever says that it has been told must not be proved wrong by the next power cut.
        self.file.sync_data()?;
        self.end += bytes.len() as u64;
        self.keys.insert(line.key.to_owned());
        Ok(())
    }
}

impl Notifier for FileNotices {
    fn notify<'a>(&'a self, key: &'a str, notice: &'a Notice) -> Delivery<'a> {
        let (lines, key, notice) = (Arc::clone(&self.0), key.to_owned(), notice.clone());
        Box::pin(async move {
            // A disk blocks. If this future is dropped, the line is written all the same, and known by its key.
            let written = task::spawn_blocking(move || {
                let line = Line {
                    key: &key,
                    what: notice.what.as_str(),
                    owner: notice.owner.get().to_string(),
                    task: notice.task.get().to_string(),
                    version: notice.version,
                };
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                lines.add(&line)
            });
            match written.await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(Undelivered::Later(error.into())),
                Err(ended) => Err(Undelivered::Later(ended.into())),
            }
        })
    }
}
