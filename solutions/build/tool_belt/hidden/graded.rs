//! The same promises, at other values.

use std::io;

use tool_belt::Spool;

#[test]
fn what_is_written_is_read() {
    for count in [0, 1, 2, 500] {
        let spool = Spool {
            letters: (0..count).map(|n| format!("letter {n}")).collect(),
        };
        let mut bytes = Vec::new();
        spool.write(&mut bytes).expect("memory takes everything");
        assert_eq!(
            Spool::read(&bytes[..]).expect("it is text"),
            spool,
            "{count} letters"
        );
    }
}

#[test]
fn bytes_that_are_no_text_are_an_error() {
    let read = Spool::read(&b"ada\nb\xffb\neve\n"[..]);
    assert_eq!(
        read.map_err(|error| error.kind()),
        Err(io::ErrorKind::InvalidData),
        "the second line is no text, and leaving it out loses a letter"
    );
}

#[test]
fn a_shorter_spool_replaces_a_longer_one() {
    let path = std::env::temp_dir().join(format!("spool-{}-shorter", std::process::id()));
    for count in [9, 3, 5, 0] {
        let spool = Spool {
            letters: (0..count).map(|n| format!("letter {n}")).collect(),
        };
        spool.save(&path).expect("it can be written");
        let found = std::fs::File::open(&path)
            .map(io::BufReader::new)
            .and_then(Spool::read);
        assert_eq!(
            found.expect("it can be read"),
            spool,
            "{count} letters, after others"
        );
    }
    std::fs::remove_file(&path).expect("it is there");
}
