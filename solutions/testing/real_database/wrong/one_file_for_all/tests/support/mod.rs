//! What a test of seats begins with. It is yours.

use std::path::PathBuf;
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
    let name = format!("real_database-{}", process::id());
    let folder = Folder(env::temp_dir().join(name));
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
