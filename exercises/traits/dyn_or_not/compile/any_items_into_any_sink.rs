//! Numbers, texts and whatever else can be displayed, written to a sink of which only the trait is known.

use dyn_or_not::*;

fn fill(sink: &mut dyn Sink) {
    sink.write_all([1, 2, 3]);
    sink.write_all(["a", "b"].iter());
    sink.write_all((0..3).map(|n| format!("{n} of 3")));
}

fn main() {
    let mut sinks: Vec<Box<dyn Sink>> = vec![Box::new(Memory::named("m"))];
    for sink in &mut sinks {
        fill(sink.as_mut());
        sink.write_all([0.5]);
    }
}
