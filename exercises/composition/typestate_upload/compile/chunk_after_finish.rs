//! Sends a piece of an object that is made already.

use std::io;

use typestate_upload::{Request, Store, connect};

struct Sink;

impl Store for Sink {
    fn send(&mut self, _: Request<'_>) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> io::Result<()> {
    let mut upload = connect(Sink).authenticate("token")?.begin("nightly.tar")?;
    upload.finish()?;
    upload.chunk(b"the last piece")?;
    Ok(())
}
