//! The restore tool: the command line decides what each archive is read from.

use std::fs::File;
use std::io::{self, Cursor, Read};

use compose_bounds::{Archive, Source};

fn checksum(reader: &mut dyn Read) -> io::Result<u32> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    Ok(bytes.into_iter().map(u32::from).sum())
}

fn source(name: &str) -> io::Result<Box<dyn Source>> {
    if name == "-" {
        Ok(Box::new(Cursor::new(vec![0; 8])))
    } else {
        Ok(Box::new(File::open(name)?))
    }
}

fn main() -> io::Result<()> {
    for name in ["-", "backup.pack"] {
        let mut source = source(name)?;
        println!("{}", checksum(source.as_mut())?);
        let archive: Archive<Box<dyn Source>> = Archive::open(source)?;
        println!("{:?}", archive.names().collect::<Vec<_>>());
    }
    Ok(())
}
