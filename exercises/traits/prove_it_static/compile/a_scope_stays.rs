//! A scope that is opened on one thread and would be left on another, which has not opened any.

use std::thread;

use prove_it_static::Handle;

fn main() {
    let handle = Handle::default();
    thread::scope(|threads| {
        let scope = handle.enter("db");
        threads.spawn(move || drop(scope));
    });
}
