//! The report goes to each sink of a list, and to one whose type is known.

use dyn_or_not::*;

fn main() {
    let mut sinks: Vec<Box<dyn Sink>> = vec![Box::new(Blocks::named("b"))];
    for sink in &mut sinks {
        report(sink.as_mut(), &[("load", 7)]);
    }
    let mut memory = Memory::named("m");
    report(&mut memory, &[("load", 7)]);
}
