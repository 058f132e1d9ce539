//! The job's configuration names its sinks, so their types are known when it runs.

use dyn_or_not::*;

fn sink(kind: &str) -> Box<dyn Sink> {
    match kind {
        "memory" => Box::new(Memory::named(kind)),
        "blocks" => Box::new(Blocks::named(kind)),
        _ => Box::new(Counter::named(kind)),
    }
}

fn main() {
    let mut sinks: Vec<Box<dyn Sink>> = ["memory", "blocks", "counter"].map(sink).into();
    for sink in &mut sinks {
        sink.write_line("begun");
        println!("{}", sink.name());
    }
}
