//! Opens a second object while the first one is open, whose chunks nobody will end.

use std::io;

use typestate_upload::{Request, Store, connect};

struct Sink;

impl Store for Sink {
    fn send(&mut self, _: Request<'_>) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> io::Result<()> {
    let upload = connect(Sink).authenticate("token")?.begin("nightly.tar")?;
    upload.begin("weekly.tar")?.finish()?;
    Ok(())
}
