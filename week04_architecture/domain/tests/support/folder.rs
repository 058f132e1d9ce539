// Files that go away with their test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

pub struct Folder {
    path: PathBuf,
    files: AtomicU32,
}

impl Folder {
    pub fn new(name: &str) -> Self {
        let name = format!("rooms-{name}-{}", std::process::id());
        // First where to sync costs nothing, if there is such a place: a busy disk takes seconds for some hundred syncs.
        let places = ["/dev/shm".into(), std::env::temp_dir()];
        let path = (places.iter().map(|place: &PathBuf| place.join(&name)))
            .find(|path| std::fs::create_dir_all(path).is_ok())
            .expect("a folder for this test");
        Self {
            path,
            files: AtomicU32::new(0),
        }
    }

    /// A path at which there is nothing yet.
    pub fn fresh(&self) -> PathBuf {
        let file = self.files.fetch_add(1, Ordering::Relaxed);
        self.path.join(format!("rooms-{file}"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
