//! Two threads call the same registry.

use std::thread;

use call_by_name::{AnyError, Registry};

fn main() {
    let mut registry = Registry::new();
    registry.register("ping", || Ok::<_, AnyError>("pong"));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| println!("{:?}", registry.call("ping", &[])));
        }
    });
}
