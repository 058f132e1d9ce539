//! A service that asks for `email`.

use crate::Message;
use crate::email::render;

pub fn mail(message: &Message<'_>) -> String {
    render(message)
}
