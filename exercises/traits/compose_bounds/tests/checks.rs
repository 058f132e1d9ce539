//! What archives are, whatever they are read from.

use std::io::{Cursor, ErrorKind};

use compose_bounds::Archive;

/// Two entries: `db.sql` with the bytes "insert", and `empty`.
fn pack() -> Vec<u8> {
    packed(b"insert", "db.sql 0 6\nempty 6 0\n")
}

fn packed(bytes: &[u8], list: &str) -> Vec<u8> {
    let start = (bytes.len() as u64).to_le_bytes();
    [bytes, list.as_bytes(), &start].concat()
}

#[test]
fn entries_are_listed_and_read() {
    let mut archive = Archive::open(Cursor::new(pack())).expect("it is an archive");
    assert_eq!(
        archive.names().collect::<Vec<_>>(),
        ["db.sql", "empty"],
        "the archive has these two entries"
    );
    for _ in 0..2 {
        assert_eq!(
            archive.read("db.sql").expect("it is there"),
            b"insert",
            "the first six bytes, each time that they are asked for"
        );
    }
    assert_eq!(
        archive.read("empty").expect("it is there"),
        b"",
        "an empty entry"
    );
    assert_eq!(
        archive.read("db").map_err(|error| error.kind()),
        Err(ErrorKind::NotFound),
        "there is no entry of that name"
    );
}

#[test]
fn what_is_no_archive_is_refused() {
    for (bytes, why) in [
        (vec![0; 7], "seven bytes are less than a trailer"),
        (vec![0xff; 16], "the list begins far behind the end"),
        (packed(b"x", "a 0 2\n"), "an entry reaches into the list"),
        (packed(b"x", "a 0\n"), "a line has no size"),
        (packed(b"x", "a 0 1 1\n"), "a line has one word too many"),
        (
            packed(b"x", "a 1 18446744073709551615\n"),
            "an entry is larger than numbers are",
        ),
        ([&b"\xff\xff"[..], &[0; 8]].concat(), "the list is no text"),
    ] {
        assert_eq!(
            Archive::open(Cursor::new(bytes))
                .map_err(|error| error.kind())
                .err(),
            Some(ErrorKind::InvalidData),
            "{why}"
        );
    }
}
