//! Archives from sources that the starter did not take.

use std::io::{self, BufReader, Cursor, ErrorKind, Read, Seek, SeekFrom};

use compose_bounds::{Archive, Length, Source};

fn pack() -> Vec<u8> {
    let list = b"db.sql 0 6\n";
    [&b"insert"[..], list, &6_u64.to_le_bytes()].concat()
}

/// Gives one byte at a time, is interrupted before each, and claims to be so many bytes longer than it is.
struct Dribble {
    bytes: Cursor<Vec<u8>>,
    interrupt: bool,
    claimed: u64,
}

impl Dribble {
    fn of(bytes: Vec<u8>) -> Self {
        Self {
            bytes: Cursor::new(bytes),
            interrupt: false,
            claimed: 0,
        }
    }
}

impl Read for Dribble {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupt = !self.interrupt;
        if self.interrupt {
            return Err(ErrorKind::Interrupted.into());
        }
        let some = buffer.len().min(1);
        self.bytes.read(&mut buffer[..some])
    }
}

impl Seek for Dribble {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

impl Length for Dribble {
    fn length(&self) -> io::Result<u64> {
        Ok(self.bytes.get_ref().len() as u64 + self.claimed)
    }
}

#[test]
fn a_source_may_give_a_byte_at_a_time() {
    let mut archive =
        Archive::open(Dribble::of(pack())).expect("reads are short, and nothing is missing");
    assert_eq!(
        archive.read("db.sql").expect("it is there"),
        b"insert",
        "six reads of one byte each, each interrupted once"
    );
}

#[test]
fn a_source_that_ends_too_early_is_told() {
    let cut = Dribble {
        claimed: 1,
        ..Dribble::of(pack())
    };
    assert_eq!(
        Archive::open(cut).map_err(|error| error.kind()).err(),
        Some(ErrorKind::UnexpectedEof),
        "the source says that it has one byte more than it gives"
    );
}

#[test]
fn boxes_and_loans_are_sources() {
    let sources: Vec<Box<dyn Source>> = vec![
        Box::new(Cursor::new(pack())),
        Box::new(BufReader::new(Dribble::of(pack()))),
    ];
    for mut source in sources {
        assert_eq!(
            source.length().expect("it is known"),
            25,
            "6 bytes, a line of 11, and the trailer"
        );
        let lent: &mut dyn Source = &mut source;
        let mut archive = Archive::open(lent).expect("it is an archive");
        assert_eq!(
            archive.read("db.sql").expect("it is there"),
            b"insert",
            "through a loan"
        );
        let mut again =
            Archive::open(source).expect("the loan is over, and it is still an archive");
        assert_eq!(
            again.read("db.sql").expect("it is there"),
            b"insert",
            "through the box"
        );
    }
}
