//! A service whose generic code asks for two traits.

use crate::api::Handler;

pub trait Named {
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

fn work<H: Handler + Named>(handler: &H, job: &str) -> String {
    format!("{}: {}", handler.name(), handler.handle(job))
}

pub fn run() {
    println!("{}", work(&Resize, "a.png"));
}
