//! A service that keeps slots of receivers in a static.

use std::sync::LazyLock;
use std::sync::mpsc::{self, Receiver};

use crate::api::Slots;

// A static has to be `Sync`. The receiving end of a channel is `Send` only.
static REPLIES: LazyLock<Slots<Receiver<u32>>> = LazyLock::new(Slots::new);

pub fn run() {
    let (sender, receiver) = mpsc::channel();
    REPLIES.put("job 7", receiver);
    sender.send(7).expect("the receiver is in its slot");
    println!("{}", REPLIES.has("job 7"));
}
