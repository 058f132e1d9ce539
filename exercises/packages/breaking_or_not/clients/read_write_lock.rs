//! A service that keeps values in `Slots`. It builds against both releases; write one that does not build
//! against v2.

use crate::api::Slots;

pub fn run() {
    let slots = Slots::new();
    slots.put("answer", 42);
    println!("{:?}", slots.take("answer"));
}
