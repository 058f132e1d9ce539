//! Makes the same object twice, as a retry does that does not know that it is one.

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
    upload.chunk(b"all of it")?;
    upload.finish()?;
    upload.finish()?;
    Ok(())
}
