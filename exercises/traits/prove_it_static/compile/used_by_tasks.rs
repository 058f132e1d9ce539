//! A service with two workers: one has a clone, the other borrows.

use std::thread;

use prove_it_static::Handle;

fn main() {
    let handle = Handle::default();
    let clone = handle.clone();
    let owner = thread::spawn(move || clone.add("jobs", 1));
    thread::scope(|scope| {
        scope.spawn(|| handle.total("jobs"));
    });
    println!("{:?}", owner.join());
}
