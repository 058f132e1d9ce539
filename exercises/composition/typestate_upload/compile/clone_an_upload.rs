//! Keeps a second handle, which is still open after the first one has finished.

use std::io;

use typestate_upload::{Request, Store, connect};

#[derive(Clone)]
struct Sink;

impl Store for Sink {
    fn send(&mut self, _: Request<'_>) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> io::Result<()> {
    let upload = connect(Sink).authenticate("token")?.begin("nightly.tar")?;
    let second = upload.clone();
    drop((upload, second));
    Ok(())
}
