//! Says who is asking, again.

use std::io;

use typestate_upload::{Request, Store, connect};

struct Sink;

impl Store for Sink {
    fn send(&mut self, _: Request<'_>) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> io::Result<()> {
    let session = connect(Sink).authenticate("token")?.authenticate("token")?;
    session.begin("nightly.tar")?.finish()?;
    Ok(())
}
