use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use crate::api::Slots;

pub fn run() {
    let slots: Arc<Slots<Rc<str>>> = Arc::default();
    slots.put("done", Rc::from("yes"));
    let worker = thread::spawn({
        let slots = Arc::clone(&slots);
        move || println!("{:?}", slots.take("done"))
    });
    worker.join().expect("printing does not panic");
}
