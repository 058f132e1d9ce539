//! Would break as soon as 1.6 has one more failure.

use evolve_it::{Delivery, SendFailure};

fn back(failure: SendFailure) -> Delivery {
    match failure {
        SendFailure::Full(back) | SendFailure::Closed(back) | SendFailure::TooLarge(back) => back,
    }
}

fn main() {
    println!(
        "{:?}",
        back(SendFailure::Full(Delivery::new("orders", b"")))
    );
}
