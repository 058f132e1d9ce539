//! A root of its own for a cell: an empty file system in memory, with the folders that are named in the
//! places where they are outside.

use std::ffi::CStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{StatVfsMountFlags, statvfs};
use rustix::mount::{
    MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind_recursive, mount_change,
    mount_remount, unmount,
};

use super::spec::{Cell, Purpose, Reach};

const ROOT: &CStr = c"size=1m,mode=755";
const WORK: &CStr = c"size=64m,nr_inodes=4096,mode=777";

/// What is thrown away is written to, and what is refused because there is no room: how else would a test lose an answer?
pub const SINKS: [&str; 2] = ["/dev/null", "/dev/full"];

/// What random bytes are read from, where the system is not asked for them.
pub const RANDOM: &str = "/dev/urandom";

/// Makes the new root and moves into it.
pub fn build(cell: &Cell) -> io::Result<()> {
    // What is mounted here must not be seen outside.
    mount_change(
        "/",
        MountPropagationFlags::PRIVATE | MountPropagationFlags::REC,
    )?;
    let root = cell.anchor.as_path();
    mount(
        "cell",
        root,
        "tmpfs",
        MountFlags::NOSUID | MountFlags::NODEV,
        ROOT,
    )?;
    for path in &cell.read {
        place(root, path, true)?;
    }
    if cell.fleeting {
        let work = inside(root, &cell.work);
        fs::create_dir_all(&work)?;
        let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
        mount("work", &work, "tmpfs", flags, WORK)?;
    } else {
        place(root, &cell.work, false)?;
    }
    for pipe in &cell.pipes {
        place(root, pipe, false)?;
    }
    for sink in SINKS {
        place(root, Path::new(sink), false)?;
    }
    place(root, Path::new(RANDOM), true)?;
    if cell.purpose == Purpose::Compile {
        // The compiler finds itself through it; a container may not let it be mounted, and then the compiler
        // gets along with what it is told.
        let proc = root.join("proc");
        fs::create_dir(&proc)?;
        let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
        let _ = mount("proc", &proc, "proc", flags, None);
    }
    if cell.reach >= Reach::Itself {
        place_processes(root)?;
    }
    rustix::process::chdir(root)?;
    // The old root comes to lie over the new one and is taken away from there.
    rustix::process::pivot_root(".", ".")?;
    unmount(".", UnmountFlags::DETACH)?;
    rustix::process::chdir("/")?;
    let flags = MountFlags::RDONLY | MountFlags::NOSUID | MountFlags::NODEV | MountFlags::BIND;
    mount_remount("/", flags, c"")?;
    Ok(())
}

/// What the processes of the cell's own namespace are, and nothing else that is in `/proc`.
fn place_processes(root: &Path) -> io::Result<()> {
    let proc = root.join("proc");
    fs::create_dir(&proc)?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount("proc", &proc, "proc", flags, c"subset=pid")
        .map_err(|error| told("mount", Path::new("/proc"), error))
}

fn inside(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}

/// Puts a file or folder of the outside into the new root, in the same place. What is not there outside is
/// not there inside.
fn place(root: &Path, path: &Path, read_only: bool) -> io::Result<()> {
    let to = inside(root, path);
    let Ok(kind) = fs::symlink_metadata(path) else {
        return Ok(());
    };
    if fs::symlink_metadata(&to).is_ok() {
        return Ok(());
    }
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    if kind.is_symlink() {
        return std::os::unix::fs::symlink(fs::read_link(path)?, &to);
    }
    if kind.is_dir() {
        fs::create_dir(&to)?;
    } else {
        fs::write(&to, b"")?;
    }
    mount_bind_recursive(path, &to).map_err(|error| told("bind", path, error))?;
    let mut flags = kept(&to)? | MountFlags::BIND | MountFlags::NOSUID;
    if read_only {
        flags |= MountFlags::RDONLY;
    }
    mount_remount(&to, flags, c"").map_err(|error| told("remount", path, error))
}

fn told(what: &str, path: &Path, error: rustix::io::Errno) -> io::Error {
    let error = io::Error::from(error);
    io::Error::new(
        error.kind(),
        format!("{what} `{}`: {error}", path.display()),
    )
}

/// The flags of a mount that only its owner may take away.
fn kept(path: &Path) -> io::Result<MountFlags> {
    let has = statvfs(path)?.f_flag;
    let pairs = [
        (StatVfsMountFlags::RDONLY, MountFlags::RDONLY),
        (StatVfsMountFlags::NODEV, MountFlags::NODEV),
        (StatVfsMountFlags::NOEXEC, MountFlags::NOEXEC),
        (StatVfsMountFlags::NOATIME, MountFlags::NOATIME),
        (StatVfsMountFlags::NODIRATIME, MountFlags::NODIRATIME),
        (StatVfsMountFlags::RELATIME, MountFlags::RELATIME),
    ];
    let kept = pairs.into_iter().filter(|(here, _)| has.contains(*here));
    Ok(kept.fold(MountFlags::empty(), |all, (_, flag)| all | flag))
}
