//! What a run needs of the world, and the world of every night.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

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

impl World for Disk {
    fn today(&self) -> Date {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let days = since.map_or(0, |it| it.as_secs() / 86_400);
        Date::after_epoch(i64::try_from(days).unwrap_or(0))
    }

    fn read(&self, name: &str) -> io::Result<String> {
        fs::read_to_string(self.folder.join(name))
    }

    fn write(&mut self, name: &str, text: &str) -> io::Result<()> {
        let path = self.folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        // Beside it and then moved: a run that is killed leaves the old text or the new one, and not half of either.
        let beside = path.with_extension("part");
        fs::write(&beside, text)?;
        fs::rename(&beside, &path)
    }

    fn say(&mut self, line: &str) {
        println!("{line}");
    }
}
