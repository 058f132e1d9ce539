//! A service that hands callbacks from one thread to another.

use std::sync::Arc;
use std::thread;

use crate::api::Slots;

/// May move to another thread; nobody promised that two threads may look at it at once.
type Callback = Box<dyn FnOnce() + Send>;

pub fn run() {
    let slots: Arc<Slots<Callback>> = Arc::default();
    slots.put("done", Box::new(|| println!("done")));
    let worker = thread::spawn({
        // `Slots` has to be `Sync` for this. A `Mutex` is if its value is `Send`; an `RwLock` needs
        // `Sync` as well, because it lets several readers in.
        let slots = Arc::clone(&slots);
        move || {
            if let Some(callback) = slots.take("done") {
                callback();
            }
        }
    });
    worker.join().expect("the callback does not panic");
}
