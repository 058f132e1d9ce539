//! Two graders at once in one folder: what one of them compiles with may not be built anew by the other.

use std::fs::{File, TryLockError};
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
        loop {
            wait(&|| file.try_lock_shared())?;
            if is_ready() {
                return Ok(InUse { _file: file });
            }
            file.unlock().map_err(at)?;
            wait(&|| file.try_lock())?;
            // Somebody else may have built the same meanwhile.
            if !is_ready() {
                build()?;
            }
            // Then it is taken as others take it: between two locks there may be somebody.
            file.unlock().map_err(at)?;
        }
    }
}
