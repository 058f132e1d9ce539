//! What a run needs of the world. Begun by a colleague.

use std::io;
use std::path::{Path, PathBuf};

use crate::Date;

/// Where a run happens. Names of files are relative, such as `letters/R-1001-2.txt`.
pub trait World {
    /// The date.
    fn today(&self) -> Date;

    /// All of a file.
    ///
    /// # Errors
    ///
    /// If it can't be read.
    fn read(&self, name: &str) -> io::Result<String>;

    /// Puts a text in the place of whatever was in the file.
    ///
    /// # Errors
    ///
    /// If it can't be written. Then the file is as it was.
    fn write(&mut self, name: &str, text: &str) -> io::Result<()>;

    /// A line for whoever reads the output.
    fn say(&mut self, line: &str);
}

/// A folder, the machine's date in UTC, and the standard output.
#[derive(Debug)]
pub struct Disk {
    #[expect(dead_code, reason = "no world yet")]
    folder: PathBuf,
}

impl Disk {
    /// The world of this folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }
}
