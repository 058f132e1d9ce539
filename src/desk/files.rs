//! Files that are there whole, old or new, whenever somebody looks.

use std::io::{self, Write as _};
use std::path::Path;

/// Writes beside the file and renames, so that an editor or a kill never meets half a file. Folders are made
/// as needed.
///
/// # Errors
///
/// If the system refuses; then what was there is still there.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut draft = tempfile::NamedTempFile::new_in(folder)?;
    draft.write_all(bytes)?;
    // Temporary files are private; a source file is as readable as the system's default makes it.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).map_or(0o644, |data| data.permissions().mode());
        let permissions = std::fs::Permissions::from_mode(mode);
        draft.as_file().set_permissions(permissions)?;
    }
    draft.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A folder that goes away unless it is kept. A temporary folder is private by default; what comes of this one is a folder like
/// any other.
///
/// # Errors
///
/// If the system refuses.
pub fn draft_in(parent: &Path) -> io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Less what the user's mask takes away.
        builder.permissions(std::fs::Permissions::from_mode(0o777));
    }
    builder.tempdir_in(parent)
}

/// Puts two folders into each other's place: at every moment there is one.
///
/// # Errors
///
/// If the system refuses; then they are where they were.
#[cfg(target_os = "linux")]
pub fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        // Some file systems can't.
        Err(_) => in_turn(one, other),
    }
}

/// As on Linux, in three steps.
///
/// # Errors
///
/// If the system refuses.
#[cfg(not(target_os = "linux"))]
pub fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    in_turn(one, other)
}

fn in_turn(one: &Path, other: &Path) -> io::Result<()> {
    let aside = one.with_extension("old");
    std::fs::rename(other, &aside)?;
    match std::fs::rename(one, other) {
        Ok(()) => std::fs::rename(aside, one),
        Err(error) => {
            std::fs::rename(aside, other)?;
            Err(error)
        }
    }
}
