//! The one place that touches the file system.

use std::fs;
use std::io;
use std::path::Path;

/// Where files are read from. A trait, so that tests can have any failure they like.
pub trait Disk {
    /// The whole file as text.
    fn read(&self, path: &Path) -> io::Result<String>;
}

/// The disk of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn read(&self, path: &Path) -> io::Result<String> {
        fs::read_to_string(path)
    }
}
