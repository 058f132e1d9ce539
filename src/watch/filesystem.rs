//! Whether a file system reports every change.

use std::path::Path;

/// The name of the kind of file system that this path is on, if changes can be made to it of which the
/// system here hears nothing: by another machine, or by the host of a virtual one.
#[cfg(target_os = "linux")]
pub fn silent_kind(path: &Path) -> Option<&'static str> {
    // The magic numbers of linux/magic.h, and of drivers that are kept outside of the kernel.
    const KINDS: [(u64, &str); 14] = [
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xfe53_4d42, "SMB"),
        (0xff53_4d42, "SMB"),
        (0x0102_1997, "9p"),
        (0x6573_5546, "FUSE"),
        (0x00c3_6400, "Ceph"),
        (0x5346_414f, "AFS"),
        (0x7375_7245, "Coda"),
        (0x786f_4256, "vboxsf"),
        (0xbacb_acbc, "vmhgfs"),
        (0x7c7c_6673, "prl_fs"),
        (0x0bd0_0bd0, "Lustre"),
        (0x0161_1970, "GPFS"),
    ];
    let kind = rustix::fs::statfs(path).ok()?.f_type;
    // The field's type differs between platforms, and some sign-extend it.
    #[expect(
        clippy::cast_sign_loss,
        reason = "a magic number is a pattern of 32 bits"
    )]
    let kind = (kind as u64) & 0xffff_ffff;
    let known = KINDS.iter().find(|(magic, _)| *magic == kind);
    known.map(|(_, name)| *name)
}

/// Elsewhere the system's own watcher is trusted.
#[cfg(not(target_os = "linux"))]
pub fn silent_kind(_path: &Path) -> Option<&'static str> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_of_this_machine_reports_its_changes() {
        assert_eq!(silent_kind(Path::new("/proc")), None);
        assert_eq!(silent_kind(Path::new("/not/there")), None);
    }
}
