//! A function that asks for a source, and for nothing else, uses what std has for readers.

use std::io::{self, Read, Write};

use compose_bounds::Source;

fn tail<S: Source>(source: &mut S, bytes: u64, out: &mut impl Write) -> io::Result<u64> {
    source.rewind()?;
    let mut magic = [0; 4];
    source.read_exact(&mut magic)?;
    let skipped = source.length()?.saturating_sub(bytes);
    source.seek(io::SeekFrom::Start(skipped))?;
    io::copy(&mut source.take(bytes), out)
}

fn main() {
    let mut source = io::Cursor::new(b"PACK and more".to_vec());
    let mut out = Vec::new();
    let copied = tail(&mut source, 4, &mut out);
    println!("{copied:?} {out:?}");
}
