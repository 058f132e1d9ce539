//! Written against 1.4: there are two errors, and each is dealt with.

use evolve_it::{Delivery, SendError};

fn back(error: SendError) -> (Delivery, bool) {
    match error {
        SendError::Full(delivery) => (delivery, true),
        SendError::Closed(delivery) => (delivery, false),
    }
}

fn main() {
    println!("{:?}", back(SendError::Full(Delivery::new("orders", b""))));
}
