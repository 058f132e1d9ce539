//! The night of the incident: gives up, then finishes all the same.

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
    upload.chunk(b"half of it")?;
    upload.abort()?;
    upload.finish()?;
    Ok(())
}
