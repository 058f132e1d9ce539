//! The disk, as the store sees it.

use std::any::Any;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// What the store asks of a disk. Each function is one step; between two steps anything may happen.
pub trait Files {
    /// The bytes of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Makes a file of these bytes. One that is there already is emptied first.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Returns when the bytes of a file have reached the disk, and not only the system's memory.
    fn sync(&self, path: &Path) -> io::Result<()>;

    /// Gives a file another name. One that has the name already is replaced.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Returns when the names in a folder have reached the disk. An empty path is the current folder.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// Deletes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Locks a file, which is made if it is not there. `None`: somebody else holds it.
    fn try_lock(&self, path: &Path) -> io::Result<Option<Lock>>;
}

/// Unlocks when it is dropped, also by the end of its process.
pub struct Lock(#[expect(dead_code, reason = "held, and dropped")] Box<dyn Any>);

impl Lock {
    /// Holds whatever keeps a file locked.
    pub fn new(guard: impl Any) -> Self {
        Self(Box::new(guard))
    }
}

/// The disk of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::write(path, bytes)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        // For writing, because Windows flushes nothing else.
        OpenOptions::new().write(true).open(path)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        // Elsewhere a folder can't be opened as a file, and names are kept by the file system's journal.
        if cfg!(unix) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Lock>> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

// For trait objects as well, so that a store can borrow a disk that was chosen at run time.
impl<F: Files + ?Sized> Files for &F {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        (**self).read(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        (**self).write(path, bytes)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        (**self).sync(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        (**self).rename(from, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        (**self).sync_folder(folder)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        (**self).remove(path)
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Lock>> {
        (**self).try_lock(path)
    }
}
