//! The way of an address: parsed where it comes in, and asked nothing after that.

use std::io;

use parse_dont_validate::{EmailAddress, Newsletter};

fn main() -> io::Result<()> {
    let reader = EmailAddress::parse("ada@example.com").map_err(io::Error::other)?;
    let mut newsletter = Newsletter::new();
    newsletter.sign_up(reader);
    newsletter.send(&mut io::stdout())
}
