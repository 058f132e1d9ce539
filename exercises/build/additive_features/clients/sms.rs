//! A service that asks for `sms`.

use crate::Message;
use crate::sms::render;

pub fn text(message: &Message<'_>) -> String {
    render(message)
}
