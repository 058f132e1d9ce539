use crate::api::Handler;

struct Resize;

impl Resize {
    fn name(&self) -> &str {
        "resize"
    }
}

impl Handler for Resize {
    fn handle(&self, job: &str) -> bool {
        !job.is_empty()
    }
}

pub fn run() {
    println!("{} {}", Resize.name(), Resize.handle("a.png"));
}
