//! What a test of seats begins with. It is yours.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use real_database::{Seats, Sql};

/// Seats that no other test has.
///
/// A file and no database in memory: only a file can be opened a second time.
pub struct Fresh {
    // Dropped before the folder: fields go in the order in which they stand.
    seats: Sql,
    folder: Folder,
}

/// A theatre without shows.
pub fn fresh() -> Fresh {
    // The process's id tells test programs apart that run at the same time, the count the tests of this one.
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("real_database-{}-{count}", process::id());
    let folder = Folder(env::temp_dir().join(name));
    // An earlier process of the same id may have been killed.
    let _ = fs::remove_dir_all(&folder.0);
    fs::create_dir_all(&folder.0).expect("there is room for temporary files");
    Fresh {
        seats: folder.open(),
        folder,
    }
}

impl Fresh {
    /// The seats.
    pub fn seats(&mut self) -> &mut dyn Seats {
        &mut self.seats
    }

    /// The same seats, as they are after the process was started again.
    pub fn restarted(self) -> Fresh {
        let Fresh { seats, folder } = self;
        drop(seats);
        Fresh {
            seats: folder.open(),
            folder,
        }
    }
}

/// A folder and not a file: a database may have others beside its own, and they go with it.
struct Folder(PathBuf);

impl Folder {
    fn open(&self) -> Sql {
        Sql::open(&self.0.join("seats.db")).expect("a database")
    }
}

impl Drop for Folder {
    // Also when the test panics.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
