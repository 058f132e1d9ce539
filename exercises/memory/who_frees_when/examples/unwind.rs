use std::panic;

use who_frees_when::{Named, say};

fn job() {
    let _first = Named::new("first");
    let _second = Named::new("second");
    // Prints a message of its own, to stderr.
    panic!("as planned");
}

fn main() {
    let _outer = Named::new("outer");
    if panic::catch_unwind(job).is_err() {
        say("caught");
    }
    std::process::exit(0);
}
