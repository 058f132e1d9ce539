//! A service that asks for no feature.

use crate::{Message, Refused, check};

pub fn explain(message: &Message<'_>) -> &'static str {
    match check(message) {
        Ok(()) => "queued",
        Err(Refused::NoRecipient) => "nobody to send it to",
        Err(Refused::Empty) => "nothing to send",
    }
}
