use std::thread;

use crate::api::Slots;

pub fn run() {
    let slots: Slots<String> = Slots::new();
    slots.put("done", "yes".to_owned());
    thread::scope(|scope| {
        scope.spawn(|| println!("{:?}", slots.take("done")));
    });
}
