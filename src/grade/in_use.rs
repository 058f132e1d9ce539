//! Two graders at once in one folder: what one of them compiles with may not be built anew by the other.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::workshop::WorkshopError;
use crate::engine::Stop;

/// How often it is seen whether a folder is free.
const TICK: Duration = Duration::from_millis(50);

/// A workshop in use: who builds something else in its folder has to wait until nobody uses it.
pub struct InUse {
    /// Holds the lock, which others may share.
    _file: File,
}

impl InUse {
    /// Waits until what is in the folder is ready and nobody builds there. Builds it, alone, if it is not ready.
    ///
    /// # Errors
    ///
    /// If it can't be locked or built, or if somebody asks to stop.
    pub fn of(
        folder: &Path,
        is_ready: &dyn Fn() -> bool,
        build: &dyn Fn() -> Result<(), WorkshopError>,
        on_wait: &mut dyn FnMut(),
        stop: &Stop,
    ) -> Result<Self, WorkshopError> {
        let path = folder.join("lock");
        let at = |source| WorkshopError::Io {
            path: path.clone(),
            source,
        };
        let mut has_told = false;
        let mut wait = |try_lock: &dyn Fn() -> Result<(), TryLockError>| loop {
            match try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::Error(source)) if has_no_locks(&source) => return Ok(()),
                Err(TryLockError::Error(source)) => return Err(at(source)),
                Err(TryLockError::WouldBlock) if stop.is_raised() => {
                    return Err(WorkshopError::Stopped);
                }
                Err(TryLockError::WouldBlock) => {
                    if !std::mem::replace(&mut has_told, true) {
                        on_wait();
                    }
                    thread::sleep(TICK);
                }
            }
        };
        let file = File::create(&path).map_err(at)?;
        let unlock = || match file.unlock() {
            Err(source) if !has_no_locks(&source) => Err(at(source)),
            _ => Ok(()),
        };
        let mut has_built = false;
        loop {
            wait(&|| file.try_lock_shared())?;
            if is_ready() {
                return Ok(InUse { _file: file });
            }
            unlock()?;
            wait(&|| file.try_lock())?;
            // Somebody else may have built the same meanwhile.
            if !is_ready() {
                build()?;
                if has_built {
                    // Others are quicker every time, or what is built leaves no mark, as where there is nothing to build: then
                    // they have to wait.
                    return Ok(InUse { _file: file });
                }
                has_built = true;
            }
            // Then it is taken as others take it: between two locks there may be somebody.
            unlock()?;
        }
    }
}

/// Some file systems of clusters have none. There, each grader needs a course's folder of its own (docs/GRADING.md).
fn has_no_locks(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn what_is_never_ready_is_built_twice_and_then_used_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let built = Cell::new(0);
        let build = || {
            built.set(built.get() + 1);
            Ok(())
        };
        let stop = Stop::default();
        let mut never = || panic!("nobody else is there");
        let in_use = InUse::of(folder.path(), &|| false, &build, &mut never, &stop);
        let in_use = in_use.expect("it can be used");
        assert_eq!(built.get(), 2);
        let other = File::open(folder.path().join("lock")).expect("it is there");
        assert!(other.try_lock_shared().is_err(), "others have to wait");
        drop(in_use);
        other.try_lock_shared().expect("nobody uses it");
        let ready = InUse::of(folder.path(), &|| true, &build, &mut never, &stop);
        assert!(ready.is_ok(), "whoever finds it ready shares it");
        assert_eq!(built.get(), 2);
    }
}
