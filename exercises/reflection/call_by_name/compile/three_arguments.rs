//! A command with three arguments, each of another type.

use call_by_name::{AnyError, Registry};

fn main() {
    let mut registry = Registry::new();
    registry.register("resize", |pool: String, size: u32, now: bool| {
        Ok::<_, AnyError>(format!("{pool} {size} {now}"))
    });
    println!("{:?}", registry.call("resize", &["db", "8", "true"]));
}
