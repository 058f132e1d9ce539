//! Everything that a client may do, in the one order that there is.

use std::io;

use typestate_upload::{Request, Store, connect};

struct Sink;

impl Store for Sink {
    fn send(&mut self, _: Request<'_>) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> io::Result<()> {
    let mut done = connect(Sink).authenticate("token")?.begin("done.tar")?;
    done.chunk(b"one")?;
    done.chunk(b"two")?;
    let receipt = done.finish()?;
    assert_eq!(receipt.name, "done.tar");

    // Each step may also have a name of its own.
    let connection = connect(Sink);
    let session = connection.authenticate("token")?;
    let mut given_up = session.begin("given_up.tar")?;
    given_up.chunk(b"one")?;
    given_up.abort()
}
