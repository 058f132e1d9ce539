//! A service that had a name for its handlers before the library had one.

use crate::api::Handler;

trait Named {
    fn name(&self) -> String;
}

struct Resize;

impl Handler for Resize {
    fn handle(&self, job: &str) -> bool {
        !job.is_empty()
    }
}

impl Named for Resize {
    fn name(&self) -> String {
        "resize".to_owned()
    }
}

pub fn run() {
    // Two traits in scope have a `name` for `Resize` now, and neither goes before the other.
    // `Named::name(&Resize)` says which, and builds against both releases.
    println!("{} {}", Resize.name(), Resize.handle("a.png"));
}
