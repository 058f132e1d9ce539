//! A service that implements `Handler`. It builds against both releases; write one that does not build
//! against v2.

use crate::api::Handler;

struct Resize;

impl Handler for Resize {
    fn handle(&self, job: &str) -> bool {
        !job.is_empty()
    }
}

pub fn run() {
    println!("{}", Resize.handle("a.png"));
}
