//! Sends a piece of no object.

use std::io;

use typestate_upload::{Request, Store, connect};

struct Sink;

impl Store for Sink {
    fn send(&mut self, _: Request<'_>) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> io::Result<()> {
    let mut session = connect(Sink).authenticate("token")?;
    session.chunk(b"all of it")?;
    Ok(())
}
