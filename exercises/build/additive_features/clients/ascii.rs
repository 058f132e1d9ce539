//! A service that asks for `ascii`.

use crate::Message;
use crate::ascii::{Refused, check};

pub fn explain(message: &Message<'_>) -> &'static str {
    match check(message) {
        Ok(()) => "queued",
        Err(Refused::Message(crate::Refused::NoRecipient)) => "nobody to send it to",
        Err(Refused::Message(crate::Refused::Empty)) => "nothing to send",
        Err(Refused::NotAscii) => "the gateway takes ASCII only",
    }
}
