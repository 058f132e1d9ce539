//! Sources that are lent, buffered, or made of bytes that somebody else owns.

use std::fs::File;
use std::io::{self, BufReader, Cursor};
use std::sync::Arc;

use compose_bounds::Archive;

fn main() -> io::Result<()> {
    let mut file = File::open("backup.pack")?;
    println!("{}", Archive::open(&mut file)?.names().count());
    println!("{}", Archive::open(BufReader::new(file))?.names().count());

    let embedded: &[u8] = &[0; 8];
    println!("{}", Archive::open(Cursor::new(embedded))?.names().count());
    let shared: Arc<[u8]> = Arc::from(embedded);
    println!("{}", Archive::open(Cursor::new(shared))?.names().count());
    Ok(())
}
