//! Opens an object for somebody whom the store does not know.

use std::io;

use typestate_upload::{Request, Store, connect};

struct Sink;

impl Store for Sink {
    fn send(&mut self, _: Request<'_>) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> io::Result<()> {
    let mut upload = connect(Sink).begin("nightly.tar")?;
    upload.chunk(b"all of it")?;
    upload.finish()?;
    Ok(())
}
