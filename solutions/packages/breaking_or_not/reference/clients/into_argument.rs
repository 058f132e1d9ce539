//! A service that let the compiler find out what to convert into.

use crate::api::spool;

pub fn run() {
    // There was one type that this could become; now there are many. `PathBuf::from("…")` says which,
    // and builds against both releases.
    println!("{:?}", spool("/var/spool/jobs".into()));
}
